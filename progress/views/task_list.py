"""The first page of a working day: what is due, and what came back."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.stocktakes.coverage import CoverageState, coverage_state_label
from progress.stocktakes.deadlines import deadline_of
from progress.stocktakes.task_list import (
    TO_WRITE,
    Task,
    count_tasks,
    in_sections,
    tasks_of,
)
from progress.views.batches import BATCHES, bar_of
from progress.views.lookups import find_open_stocktake, find_plan


@require_safe
def task_list(request: UserRequest, slug: str | None = None) -> HttpResponse:
    if request.user.delegation is None:
        raise Http404
    plan = find_plan(slug)
    if plan is None:
        return render(request, "progress/stocktakes/task_list.html", {"plan": None})
    stocktake = find_open_stocktake(plan, member=request.user.delegation)
    tasks = tasks_of(plan, stocktake, reader=request.user, at=request.at)
    chosen = request.GET.get("state", "")
    shown = [
        task
        for task in tasks
        if chosen not in CoverageState.values or task.word == chosen
    ]
    context = {
        "plan": plan,
        "came_back": [task for task in tasks if task.came_back],
        "sections": in_sections(shown),
        "tabs": _tabs(request, tasks, chosen),
        "to_carry": sum(task.can_carry for task in tasks),
        "carry_url": BATCHES[Batch.CARRY_FORWARD].url,
        **bar_of(request, *_batches(shown)),
        "left_to_write": sum(task.word in TO_WRITE for task in tasks),
        "stocktake": stocktake,
        "deadline": stocktake
        and deadline_of(stocktake, request.user.delegation, request.at),
    }
    return render(request, "progress/stocktakes/task_list.html", context)


def _batches(tasks: list[Task]) -> Iterator[Batch]:
    """Only what some row can be chosen for."""
    if any(task.can_submit for task in tasks):
        yield Batch.SUBMIT
    if any(task.is_unconfirmed for task in tasks):
        yield Batch.CONFIRM
    if any(task.can_carry for task in tasks):
        yield Batch.CARRY_FORWARD


def _tabs(
    request: UserRequest, tasks: list[Task], chosen: str
) -> list[dict[str, object]]:
    """All, and each state there is: the parts add up to the whole."""
    is_chairs_own = request.user.delegation == request.user.chair_at(request.at)
    every = {
        "label": _("All"),
        "url": "?",
        "is_current": chosen not in CoverageState.values,
        "count": len(tasks),
    }
    by_word = [
        {
            "label": coverage_state_label(word, is_chairs_own=is_chairs_own),
            "url": f"?state={word}",
            "is_current": chosen == word,
            "count": count,
        }
        for word, count in count_tasks(tasks).items()
        if count or chosen == word
    ]
    return [every, *by_word]
