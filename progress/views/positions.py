"""The matrix, the page of a commitment, and the timeline of one member's commitment."""

from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from commitments.permissions import can_edit_lead_and_target
from commitments.tracking import LeadAndTarget
from progress.entries.responsible import PEOPLE, contributors_to, responsible_for
from progress.forms.positions import ClockForm, MatrixForm
from progress.permissions import can_assign, can_draft
from progress.positions.commitment import find_line, member_positions, neighbours
from progress.positions.downloads import keys_of, matrix_table
from progress.positions.matrix import Matrix, build_matrix
from progress.positions.plan_table import PlanTable, plan_table
from progress.positions.position import shown_lead_and_target
from progress.positions.timeline import PageChoice, Timeline, build_timeline
from progress.positions.viewpoint import Viewpoint
from progress.views.downloads import (
    WantedFile,
    asked_for,
    send_entries,
    send_table,
    utc_text,
    wanted_file,
)


@require_safe
def commitment_detail(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Show the official text and the position of each member."""
    form = ClockForm(request.GET, now=request.at)
    clocks = form.clocks()
    table = plan_table(slug, on=clocks.at)
    line = find_line(table, code) if table else None
    if table is None or line is None:
        raise Http404
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    context = {
        "table": table,
        "line": line,
        "neighbours": neighbours(table, line),
        "viewpoint": viewpoint,
        "form": form,
    }
    if is_valid and viewpoint.reads_entries:
        context["members"] = member_positions(table, line, viewpoint)
    template = "progress/positions/commitment_detail.html"
    return render(request, template, context, status=200 if is_valid else 400)


@require_safe
def member_commitment_detail(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    """Show a member's entries through time, and its own delegation its drafts."""
    form = ClockForm(request.GET, now=request.at)
    clocks = form.clocks()
    member_commitment = _find(slug, code, member, known_at=clocks.known_at)
    plan = member_commitment.commitment.plan
    viewpoint = Viewpoint.of(request.user, request.at, plan=plan, clocks=clocks)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    timeline = None
    if is_valid and viewpoint.reads_entries:
        choice = PageChoice(request.GET.get("page"), request.GET.get("entry"))
        timeline = build_timeline(member_commitment, viewpoint, choice)
    context = {
        **_desk(request.user, member_commitment),
        "member_commitment": member_commitment,
        "lead_and_target": _lead_and_target(member_commitment, viewpoint, timeline),
        "viewpoint": viewpoint,
        "form": form,
        "none_label": viewpoint.none_label(member),
        "timeline": timeline,
    }
    template = "progress/positions/member_commitment_detail.html"
    return render(request, template, context, status=200 if is_valid else 400)


def _lead_and_target(
    member_commitment: MemberCommitment, viewpoint: Viewpoint, timeline: Timeline | None
) -> LeadAndTarget:
    return shown_lead_and_target(
        LeadAndTarget.of(member_commitment),
        has_entry=timeline is not None and timeline.has_position,
        reads_all=viewpoint.reads_all_of(member_commitment.member_id),
    )


def _desk(user: User, member_commitment: MemberCommitment) -> dict[str, object]:
    """Return who works on it in the delegation, and what this reader may do there."""
    return {
        "is_ours": user.delegation == member_commitment.member_id,
        "can_draft": can_draft(user, member_commitment),
        "can_assign": can_assign(user, member_commitment),
        "can_edit_lead_and_target": can_edit_lead_and_target(user, member_commitment),
        "responsible": responsible_for(member_commitment),
        "contributors": contributors_to(member_commitment),
    }


def _find(slug: str, code: str, member: str, *, known_at: datetime) -> MemberCommitment:
    """Return the member commitment, which anyone signed in may see."""
    rows = MemberCommitment.objects.with_lead_and_target(known_at)
    found: MemberCommitment = get_object_or_404(
        rows.select_related(
            "commitment__plan", "commitment__action", "commitment__sub_area", "member"
        ).prefetch_related(PEOPLE),
        commitment__plan__slug=slug,
        commitment__code=code,
        member=member,
    )
    return found


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
    form = MatrixForm(
        request.GET,
        now=request.at,
        table=table,
        none_label=viewpoint.none_label(),
    )
    _name_member(request.user, table)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    context = {"table": table, "viewpoint": viewpoint, "form": form}
    if is_valid and viewpoint.reads_entries:
        context["matrix"] = shown = build_matrix(table, viewpoint, form.choice())
        if wanted := wanted_file(request):
            return _send(request, wanted, shown, viewpoint, form)
    template = "progress/positions/matrix.html"
    return render(request, template, context, status=200 if is_valid else 400)


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
        parameters=form.fields,
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


def _name_member(reader: User, table: PlanTable) -> None:
    """Set the reader's member, which the masthead shows, without another query."""
    for member in table.members:
        if member.code == reader.member_id:
            reader.member = member
