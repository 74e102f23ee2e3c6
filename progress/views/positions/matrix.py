"""The matrix of a plan, as a page or as a file, and one of its cells in words."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.matrix import FILTERS, MatrixForm
from progress.forms.positions import ClockForm
from progress.positions.commitment import find_line
from progress.positions.downloads import keys_of, matrix_table
from progress.positions.matrix import Matrix, age_of, build_matrix
from progress.positions.plan_table import plan_table
from progress.positions.reading import PlanReading
from progress.positions.viewpoint import Viewpoint
from progress.views.chips import filter_chips
from progress.views.downloads import (
    WantedFile,
    asked_for,
    send_entries,
    send_table,
    utc_text,
    wanted_file,
)
from progress.views.positions.clocks import control_of
from progress.views.positions.opening import name_member, open_plan


@require_safe
def matrix(request: UserRequest, slug: str | None = None) -> HttpResponseBase:
    """Show the matrix of a plan, or of the newest plan, or send it as a file."""
    clocks = ClockForm(request.GET, now=request.at).clocks()
    table = plan_table(slug, on=clocks.at)
    if table is None and slug is not None:
        raise Http404
    if table is None:
        return render(request, "progress/positions/matrix_empty.html")
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    none_label = viewpoint.none_label()
    form = MatrixForm(request.GET, now=request.at, table=table, none_label=none_label)
    name_member(request.user, table)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    context: dict[str, object] = {"table": table, "viewpoint": viewpoint, "form": form}
    context["clock_control"] = control_of(request, viewpoint, form)
    if is_valid and viewpoint.reads_entries:
        context["filters"] = filter_chips(form, request.GET, names=FILTERS)
        context["matrix"] = shown = build_matrix(table, viewpoint, form.choice())
        if wanted := wanted_file(request):
            return _send(request, wanted, shown, viewpoint, form)
    template = "progress/positions/matrix.html"
    return render(request, template, context, status=200 if is_valid else 400)


@require_safe
def position_summary(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    """Show one cell of the matrix in words: what its page shows beside it.

    It is a part of a page, which a script asks for.
    """
    opened = open_plan(request, slug)
    table, viewpoint = opened.table, opened.viewpoint
    line = find_line(table, code)
    is_bound = line is not None and member in line.member_codes
    if line is None or not is_bound or not opened.shows_positions:
        raise Http404
    reading = PlanReading.of_part(
        table, viewpoint, commitment=line.commitment.pk, member=member
    )
    shown = reading.of(line, next(m for m in table.members if m.code == member))
    entry = shown.position.entry
    age = age_of(entry.as_of, at=viewpoint.day_read) if entry else ""
    context = {"position": shown, "entry": entry, "age": age}
    return render(request, "progress/positions/_position_summary.html", context)


def _send(
    request: UserRequest,
    wanted: WantedFile,
    shown: Matrix,
    viewpoint: Viewpoint,
    form: MatrixForm,
) -> HttpResponseBase:
    """Send the matrix, or the entries that it shows."""
    day = viewpoint.clocks.at.isoformat()
    content = wanted.content or "matrix"
    asked = asked_for(
        request,
        facts=[*_facts(viewpoint), *form.asked_labels()],
        name=[content, viewpoint.plan.slug, day, *form.asked_values()],
        parameters=[*FILTERS, *ClockForm.base_fields],
    )
    if wanted.content:
        return send_entries(request, keys_of(shown), asked, wanted.ending)
    return send_table(request, matrix_table(shown, viewpoint, asked), wanted.ending)


def _facts(viewpoint: Viewpoint) -> list[tuple[str, str]]:
    """Return the plan, the clocks and the stocktake as a file says them."""
    clocks, stocktake = viewpoint.clocks, viewpoint.stocktake
    return [
        (_("Plan"), viewpoint.plan.title),
        (_("Position as of"), clocks.at.isoformat()),
        (_("As known at"), utc_text(clocks.known_at)),
        *([(_("Stocktake"), stocktake.title)] if stocktake else []),
    ]
