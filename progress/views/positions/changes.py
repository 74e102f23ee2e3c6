"""What changed on a plan since a day, a stocktake or a summit: as a page or a file."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.changes.change import ChangeFilters
from progress.changes.sight import Sight
from progress.changes.tables import TableChange, table_changes
from progress.forms.plan_changes import BY_COMMITMENT, FILTERS, ChangesForm
from progress.positions.changes_download import changes_table
from progress.positions.clocks import Clocks
from progress.positions.plan_changes import PlanChanges, changes_since
from progress.positions.plan_table import plan_table
from progress.positions.since import starting_points
from progress.positions.viewpoint import Viewpoint
from progress.views.chips import filter_chips
from progress.views.downloads import asked_for, send_table, utc_text, wanted_file
from progress.views.positions.opening import name_member

MOST_TABLES = 50


@require_safe
def plan_changes(request: UserRequest, slug: str | None = None) -> HttpResponseBase:
    """Show what changed on a plan, or on the newest plan, or send it as a file."""
    clocks = Clocks.now(request.at)
    table = plan_table(slug, on=clocks.at)
    if table is None and slug is not None:
        raise Http404
    if table is None:
        return render(request, "progress/positions/matrix_empty.html")
    name_member(request.user, table)
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    points = starting_points(table.plan, now=request.at)
    form = ChangesForm(request.GET, table=table, points=points, now=request.at)
    context = {"table": table, "viewpoint": viewpoint, "form": form, "points": points}
    context["since"] = form.chosen_since
    is_valid = form.is_valid()
    if is_valid and viewpoint.reads_entries:
        changes = changes_since(form.chosen_since, table, viewpoint, form.choice())
        wanted = wanted_file(request)
        if wanted and not wanted.content:
            return _send(request, changes, viewpoint, form, wanted.ending)
        context |= _shown(request, changes, form)
        context["tables"] = _tables(request, changes, table.plan.slug)
    template = "progress/plans/plan_changes.html"
    return render(request, template, context, status=200 if is_valid else 400)


def _shown(
    request: UserRequest, changes: PlanChanges, form: ChangesForm
) -> dict[str, Any]:
    """Return the changes as the page groups them, and the filters in use."""
    is_by_commitment = form.cleaned_data["by"] == BY_COMMITMENT
    return {
        "changes": changes,
        "groups": changes.by_commitment() if is_by_commitment else changes.by_member(),
        "is_by_commitment": is_by_commitment,
        "filters": filter_chips(form, request.GET, names=FILTERS),
    }


def _tables(request: UserRequest, changes: PlanChanges, plan: str) -> list[TableChange]:
    """Return the score tables of the plan that were released, or gone, since then."""
    sight = Sight.of(request.user, request.at, ChangeFilters(plan=plan))
    since = changes.since.comparison.known_at
    return table_changes(sight, size=MOST_TABLES, since=since)


def _send(
    request: UserRequest,
    changes: PlanChanges,
    viewpoint: Viewpoint,
    form: ChangesForm,
    ending: str,
) -> HttpResponseBase:
    since = changes.since
    asked = asked_for(
        request,
        facts=[
            (_("Plan"), viewpoint.plan.title),
            (_("Since"), since.title),
            (_("Compared with"), utc_text(since.comparison.known_at)),
            (_("As known at"), utc_text(viewpoint.clocks.known_at)),
            *form.asked_labels(),
        ],
        name=["changes", viewpoint.plan.slug, since.value],
        parameters=form.fields,
    )
    return send_table(request, changes_table(changes, viewpoint, asked), ending)
