"""The task list: what is due, and what came back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from accounts.wording.filters import ALL
from progress.actions.bulk import Batch
from progress.permissions import can_upload_sheets
from progress.positions.labels import none_label
from progress.stocktakes.deadlines import annotated_deadline
from progress.stocktakes.task_filters import (
    RESPONSIBLE,
    STATE,
    TaskFilters,
    TaskOption,
    in_order,
)
from progress.stocktakes.task_list import (
    TO_WRITE,
    Task,
    TaskSection,
    in_sections,
    tasks_of,
)
from progress.views.batches import BATCHES, bar_of
from progress.views.lookups import find_open_stocktake, find_plan


@dataclass(frozen=True)
class FilterLink:
    """A link that chooses an option of a filter, or removes it where it is chosen."""

    label: str | Promise
    url: str
    count: int
    is_current: bool


@require_safe
def task_list(request: UserRequest, slug: str | None = None) -> HttpResponse:
    if request.user.delegation is None:
        raise Http404
    plan = find_plan(slug)
    if plan is None:
        return render(request, "progress/stocktakes/task_list.html", {"plan": None})
    stocktake = find_open_stocktake(plan, member=request.user.delegation)
    tasks = tasks_of(plan, stocktake, reader=request.user, at=request.at)
    is_chairs_own = request.user.delegation == request.user.chair_at(request.at)
    filters = TaskFilters.of(tasks, request.GET.dict(), is_chairs_own=is_chairs_own)
    context = {
        "plan": plan,
        "tasks": tasks,
        **_rows(request, filters.shown),
        **_filter_links(request, filters),
        **_columns(request, filters),
        "to_confirm": sum(task.can_confirm for task in tasks),
        "to_carry": sum(task.can_carry for task in tasks),
        "carry_url": BATCHES[Batch.CARRY_FORWARD].url,
        "left_to_write": sum(task.state in TO_WRITE for task in tasks),
        "stocktake": stocktake,
        "none_label": none_label(reads_all=True),
        "deadline": stocktake and annotated_deadline(stocktake, request.at),
    }
    return render(request, "progress/stocktakes/task_list.html", context)


def _columns(request: UserRequest, filters: TaskFilters) -> dict[str, object]:
    """Return what surrounds the rows: more columns, the buttons, the sheet's link."""
    has_people = any(task.responsible for task in filters.tasks)
    bar = bar_of(request, *_batches(filters.shown))
    count = 4 + has_people + bool(bar["batches"])
    can_upload = can_upload_sheets(request.user)
    return {
        **bar,
        "has_people": has_people,
        "columns": count,
        "can_upload_sheets": can_upload,
    }


def _rows(request: UserRequest, shown: list[Task]) -> dict[str, object]:
    """Return what came back first, and the rest under the headings of the plan.

    In another order there are no headings.
    """
    ordering = request.GET.get("ordering", "")
    ordered = in_order(shown, ordering)
    if ordered is not None:
        sections = [TaskSection(None, None, ordered, opens_action=False)]
        return {"shown": shown, "sections": sections, "ordering": ordering}
    return {
        "shown": shown,
        "came_back": [task for task in shown if task.came_back],
        "sections": in_sections([task for task in shown if not task.came_back]),
        "ordering": "",
    }


def _batches(tasks: list[Task]) -> Iterator[Batch]:
    """Yield the batches for which some row can be chosen."""
    if any(task.can_submit and not task.is_unconfirmed for task in tasks):
        yield Batch.SUBMIT
    if any(task.can_carry for task in tasks):
        yield Batch.CARRY_FORWARD


def _filter_links(request: UserRequest, filters: TaskFilters) -> dict[str, object]:
    """Return the tabs of the states, the other filters, and what is chosen."""
    groups: dict[str, list[FilterLink]] = {STATE: [], RESPONSIBLE: [], "": []}
    for option in filters.options:
        if option.field == STATE or filters.is_offered(option):
            links = groups.get(option.field, groups[""])
            links.append(_link(request, filters, option))
    every = FilterLink(
        label=ALL,
        url=_url(request, STATE, ""),
        count=filters.count_without(STATE),
        is_current=STATE not in filters.chosen,
    )
    return {
        "tabs": [every, *groups[STATE]],
        "flags": groups[""],
        "people": groups[RESPONSIBLE],
        "chosen": _labels(filters.chosen.values()),
    }


def _link(request: UserRequest, filters: TaskFilters, option: TaskOption) -> FilterLink:
    is_chosen = filters.is_chosen(option)
    is_removed = is_chosen and option.field != STATE
    return FilterLink(
        label=option.label,
        url=_url(request, option.field, "" if is_removed else option.value),
        count=filters.count(option),
        is_current=is_chosen,
    )


def _labels(options: Iterable[TaskOption]) -> list[str]:
    return [str(option.label) for option in options]


def _url(request: UserRequest, field: str, value: str) -> str:
    """Return the address of this list with another value of one filter."""
    query = request.GET.copy()
    query.pop("choose", None)
    query[field] = value
    if not value:
        del query[field]
    return f"?{query.urlencode()}"
