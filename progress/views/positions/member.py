"""The page of one member on a plan."""

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.requests import UserRequest
from progress.forms.reading import MemberPageForm
from progress.positions.instruments import PlanInstruments
from progress.positions.member_filter import FILTERS, MemberFilter
from progress.positions.member_page import find_member, read_member, shown_actions
from progress.views.chips import address_with, filter_chips
from progress.views.positions.facets import facets_of
from progress.views.positions.opening import OpenedPlan, open_plan


@require_safe
def plan_member_detail(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Show all commitments of a member, with its positions and their evidence."""
    opened = open_plan(request, slug)
    member = find_member(opened.table, code)
    if member is None:
        raise Http404
    return opened.render(
        "progress/plans/plan_member_detail.html",
        member=member,
        none_label=opened.viewpoint.none_label(code),
        lines=[line for line in opened.table.lines if code in line.member_codes],
        **(_positions(opened, member) if opened.shows_positions else {}),
    )


def _positions(opened: OpenedPlan, member: Member) -> dict[str, Any]:
    """Return the positions that the filters leave, and the filters."""
    read = read_member(opened.table, member, opened.viewpoint)
    instruments = PlanInstruments.of(opened.table)
    query = opened.request.GET
    form = MemberPageForm(
        query,
        now=opened.request.at,
        reading=read.reading,
        member=member,
        instruments=instruments,
    )
    if not form.is_valid_in(opened.viewpoint.stocktake):
        return {"form": form}
    by = MemberFilter(read.reading, instruments, form.asked())
    shown = [one for one in read.positions if by.shows(one)]
    return {
        "form": form,
        "read": read,
        "shown_count": len(shown),
        "actions": shown_actions(read, shown),
        "kept_query": address_with(query, {}) if query else "",
        "filters": filter_chips(form, query, names=FILTERS),
        "facets": facets_of(form, query, by, read.positions),
    }
