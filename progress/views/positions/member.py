"""The page of one member on a plan."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.positions.member_page import build_member, find_member
from progress.views.positions.opening import open_plan


@require_safe
def plan_member_detail(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Show all commitments of a member, with its positions and their evidence."""
    opened = open_plan(request, slug)
    member = find_member(opened.table, code)
    if member is None:
        raise Http404
    shown = None
    if opened.shows_positions:
        shown = build_member(opened.table, member, opened.viewpoint)
    return opened.render(
        "progress/plans/plan_member_detail.html",
        member=member,
        shown=shown,
        none_label=opened.viewpoint.none_label(code),
    )
