"""Two entries of a member on a commitment, side by side and word by word."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from accounts.wording.listed import listed
from commitments.models import MemberCommitment
from progress.positions.clocks import Clocks
from progress.positions.entry_comparison import (
    EntryComparison,
    HiddenEntryError,
    PairAsked,
    compare_entries,
)
from progress.positions.viewpoint import Viewpoint
from progress.views.lookups import breadcrumb_of, find_member_commitment


@require_safe
def entry_comparison(
    request: UserRequest, slug: str, code: str, member: str
) -> HttpResponse:
    """Show what differs between two entries, and a form to choose others."""
    if not request.user.reads_entries:
        raise Http404
    mine = find_member_commitment(slug, code, member)
    comparison, problem = _compared(request, mine)
    context = {
        "breadcrumb": breadcrumb_of(request, mine),
        "member_commitment": mine,
        "comparison": comparison,
        "problem": problem,
    }
    template = "progress/positions/entry_comparison.html"
    return render(request, template, context, status=400 if problem else 200)


def _compared(
    request: UserRequest, mine: MemberCommitment
) -> tuple[EntryComparison, str]:
    """Return the comparison asked for, or none and what is wrong with the question."""
    plan, clocks = mine.commitment.plan, Clocks.now(request.at)
    viewpoint = Viewpoint.of(request.user, request.at, plan=plan, clocks=clocks)
    asked = PairAsked(request.GET.get("old", ""), request.GET.get("new", ""))
    try:
        return compare_entries(mine, viewpoint, asked), ""
    except HiddenEntryError as error:
        raise Http404 from error
    except ValidationError as error:
        comparison = compare_entries(mine, viewpoint, PairAsked())
        return comparison, listed(error.messages, " ")
