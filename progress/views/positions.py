"""One commitment with all its members, and one member's commitment through time."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from commitments.permissions import can_edit_lead_and_target
from progress.entries.responsible import PEOPLE, contributors_to, responsible_for
from progress.forms.positions import ClockForm, MatrixForm
from progress.permissions import can_assign, can_draft
from progress.positions.commitment import find_line, member_positions, neighbours
from progress.positions.matrix import build_matrix
from progress.positions.plan_table import PlanTable, plan_table
from progress.positions.timeline import build_timeline
from progress.positions.viewpoint import Viewpoint


@require_safe
def commitment_detail(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """The official wording, and what each member says of it."""
    form = ClockForm(request.GET)
    clocks = form.clocks(request.at)
    table = plan_table(slug, on=clocks.at)
    line = find_line(table, code) if table else None
    if table is None or line is None:
        raise Http404
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    context = {
        "table": table,
        "line": line,
        "neighbours": neighbours(table, line),
        "viewpoint": viewpoint,
        "form": form,
    }
    if form.is_valid() and viewpoint.reads_entries:
        context["members"] = member_positions(table, line, viewpoint)
    status = 200 if form.is_valid() else 400
    return render(
        request, "progress/positions/commitment_detail.html", context, status=status
    )


@require_safe
def member_commitment_detail(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    """What one member said of it through time, and what its delegation has at work."""
    owed = _find(slug, code, member)
    form = ClockForm(request.GET)
    plan, clocks = owed.commitment.plan, form.clocks(request.at)
    viewpoint = Viewpoint.of(request.user, request.at, plan=plan, clocks=clocks)
    context = {
        "owed": owed,
        "viewpoint": viewpoint,
        "form": form,
        "is_ours": request.user.delegation == member,
        "can_draft": can_draft(request.user, owed),
        "can_assign": can_assign(request.user, owed),
        "can_edit_lead_and_target": can_edit_lead_and_target(request.user, owed),
        "responsible": responsible_for(owed),
        "contributors": contributors_to(owed),
        "word_for_none": viewpoint.word_for_none(member),
    }
    if form.is_valid() and viewpoint.reads_entries:
        context["timeline"] = build_timeline(owed, viewpoint)
    template = "progress/positions/member_commitment_detail.html"
    return render(request, template, context, status=200 if form.is_valid() else 400)


def _find(slug: str, code: str, member: str) -> MemberCommitment:
    """Who promised what is open to everybody who may sign in."""
    return get_object_or_404(
        MemberCommitment.objects.select_related(
            "commitment__plan", "commitment__action", "commitment__sub_area", "member"
        ).prefetch_related(PEOPLE),
        commitment__plan__slug=slug,
        commitment__code=code,
        member=member,
    )


@require_safe
def matrix(request: UserRequest, slug: str | None = None) -> HttpResponse:
    """A plan's matrix, or that of the newest plan."""
    clocks = ClockForm(request.GET).clocks(request.at)
    table = plan_table(slug, on=clocks.at)
    if table is None and slug is not None:
        raise Http404
    if table is None:
        return render(request, "progress/positions/matrix_empty.html")
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    form = MatrixForm(request.GET, table=table, word_for_none=viewpoint.word_for_none())
    _name_member(request.user, table)
    context = {"table": table, "viewpoint": viewpoint, "form": form}
    if form.is_valid() and viewpoint.reads_entries:
        context["matrix"] = build_matrix(table, viewpoint, form.choice())
    status = 200 if form.is_valid() else 400
    return render(request, "progress/positions/matrix.html", context, status=status)


def _name_member(reader: User, table: PlanTable) -> None:
    """The masthead says whom the reader belongs to: one of the members in hand."""
    for member in table.members:
        if member.code == reader.member_id:
            reader.member = member
