"""The list of plans, and the page of one: its wording in its own order."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.positions.plan_page import build_plan, listed_plans, plan_wording
from progress.positions.scores.beside import newest_tables_of
from progress.views.positions.opening import open_plan


@require_safe
def plan_list(request: UserRequest) -> HttpResponse:
    """Show every plan with its summit, the newest first."""
    context = {"plans": listed_plans()}
    return render(request, "progress/plans/plan_list.html", context)


@require_safe
def plan_detail(request: UserRequest, slug: str) -> HttpResponse:
    """Show the plan's wording, with the marks of each commitment's members."""
    opened = open_plan(request, slug)
    reads = opened.viewpoint if opened.shows_positions else None
    wording = plan_wording(opened.table.plan)
    return opened.render(
        "progress/plans/plan_detail.html",
        wording=wording,
        shown=build_plan(opened.table, wording, reads),
        scores=newest_tables_of(opened.viewpoint) if reads else [],
    )
