"""The timeline of one member on one commitment."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from commitments.permissions import can_edit_lead_and_target
from commitments.tracking import LeadAndTarget
from progress.entries.responsible import PEOPLE, contributors_to, responsible_for
from progress.forms.positions import ClockForm
from progress.permissions import can_assign, can_draft
from progress.positions.clocks import Clocks
from progress.positions.position import shown_lead_and_target
from progress.positions.scores.beside import (
    CommitmentScores,
    ReadingMoment,
    outside_scores_of,
    scores_of_commitment,
    with_outside_scores,
)
from progress.positions.timeline import PageChoice, Timeline, build_timeline
from progress.positions.viewpoint import Viewpoint
from progress.views.positions.clocks import control_of


@require_safe
def member_commitment_detail(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    """Show a member's entries through time, and its own delegation its drafts."""
    form = ClockForm(request.GET, now=request.at)
    member_commitment, viewpoint = _open(request, form.clocks(), slug, code, member)
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
        "clock_control": control_of(request, viewpoint, form),
        "none_label": viewpoint.none_label(member),
        "timeline": timeline,
        "scores": _scores(member_commitment) if timeline else [],
    }
    template = "progress/positions/member_commitment_detail.html"
    return render(request, template, context, status=200 if is_valid else 400)


def _scores(found: MemberCommitment) -> list[CommitmentScores]:
    """Return each body's score, beside what the member reports."""
    key = found.commitment_id, found.member_id
    scores = {key: outside_scores_of(found)}
    return scores_of_commitment(found.commitment, [found.member], scores)


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


def _open(
    request: UserRequest, clocks: Clocks, slug: str, code: str, member: str
) -> tuple[MemberCommitment, Viewpoint]:
    """Return the member commitment, which anyone signed in may see."""
    moment = ReadingMoment(request.user, request.at, clocks.known_at)
    rows = with_outside_scores(
        MemberCommitment.objects.with_lead_and_target(clocks.known_at), moment
    )
    found: MemberCommitment = get_object_or_404(
        rows.select_related(
            "commitment__plan", "commitment__action", "commitment__sub_area", "member"
        ).prefetch_related(PEOPLE),
        commitment__plan__slug=slug,
        commitment__code=code,
        member=member,
    )
    plan = found.commitment.plan
    return found, Viewpoint.of(request.user, request.at, plan=plan, clocks=clocks)
