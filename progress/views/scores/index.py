"""Which score tables a reader can open: of all plans, or of one."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.models import Guideline
from progress.positions.scores.guidelines import bodies_with_guidelines
from progress.positions.scores.tables import released_tables
from progress.views.lookups import find_plan

PAGE_SIZE = 50


@require_safe
def score_index(request: UserRequest, slug: str | None = None) -> HttpResponse:
    """List the score tables in force that the reader may see, the newest plan first."""
    if not request.user.reads_entries:
        raise Http404
    plan = find_plan(slug) if slug else None
    tables = released_tables(request.user, request.at, known_at=request.at, plan=plan)
    visible = Guideline.objects.visible_to(request.user, request.at)
    context = {
        "plan": plan,
        "page": Paginator(tables, PAGE_SIZE).get_page(request.GET.get("page")),
        "bodies": bodies_with_guidelines(visible, plan) if plan else [],
    }
    return render(request, "progress/scores/score_index.html", context)
