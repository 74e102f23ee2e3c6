"""The task list: what is due, and what came back."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.positions.labels import none_label
from progress.stocktakes.coverage import CoverageState, coverage_state_label
from progress.stocktakes.deadlines import annotated_deadline
from progress.stocktakes.task_list import (
    TO_WRITE,
    Task,
    count_tasks,
    in_sections,
    tasks_of,
)
from progress.views.batches import BATCHES, bar_of
from progress.views.lookups import find_open_stocktake, find_plan
from progress.views.tabs import filter_tabs


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
    is_filtered = chosen in CoverageState.values
    shown = [task for task in tasks if not is_filtered or task.state == chosen]
    context = {
        "plan": plan,
        "came_back": [task for task in tasks if task.came_back],
        "sections": in_sections(shown),
        "tabs": _tabs(request, tasks, chosen),
        "to_carry": sum(task.can_carry for task in tasks),
        "carry_url": BATCHES[Batch.CARRY_FORWARD].url,
        **bar_of(request, *_batches(shown)),
        "left_to_write": sum(task.state in TO_WRITE for task in tasks),
        "stocktake": stocktake,
        "none_label": none_label(reads_all=True),
        "deadline": stocktake and annotated_deadline(stocktake, request.at),
    }
    return render(request, "progress/stocktakes/task_list.html", context)


def _batches(tasks: list[Task]) -> Iterator[Batch]:
    """Yield the batches for which some row can be chosen."""
    if any(task.can_submit for task in tasks):
        yield Batch.SUBMIT
    if any(task.is_unconfirmed for task in tasks):
        yield Batch.CONFIRM
    if any(task.can_carry for task in tasks):
        yield Batch.CARRY_FORWARD


def _tabs(
    request: UserRequest, tasks: list[Task], chosen: str
) -> list[dict[str, object]]:
    """Return all tasks, and each state that some task has: the parts add up to it."""
    is_chairs_own = request.user.delegation == request.user.chair_at(request.at)
    options = [
        (state, coverage_state_label(state, is_chairs_own=is_chairs_own), count)
        for state, count in count_tasks(tasks).items()
        if count or chosen == state
    ]
    return filter_tabs(
        "state", options, chosen=chosen, every=_("All"), total=len(tasks)
    )
