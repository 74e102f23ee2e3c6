"""Filter and order a task list. Every number comes from here, also on other pages.

The number of an option is what the list shows once the option is chosen: it counts the
tasks that have it and fit the other filters.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from progress.stocktakes.coverage import CoverageState, coverage_state_label
from progress.stocktakes.task_list import Task

STATE, RESPONSIBLE = "state", "responsible"
NO_ONE = "no-one"
YES = "yes"


@dataclass(frozen=True)
class TaskOption:
    """One value of a filter, as the address names it, and which tasks have it."""

    field: str
    value: str
    label: str | Promise
    has: Callable[[Task], bool]


def options_of(tasks: Iterable[Task], *, is_chairs_own: bool) -> list[TaskOption]:
    """Return all that a list can be filtered by, in the order of the page."""
    return [
        *(_state_option(state, is_chairs_own=is_chairs_own) for state in CoverageState),
        *FLAGS,
        *_people(tasks),
    ]


def _state_option(state: CoverageState, *, is_chairs_own: bool) -> TaskOption:
    label = coverage_state_label(state, is_chairs_own=is_chairs_own)
    return TaskOption(STATE, state.value, label, lambda task: task.state is state)


FLAGS = [
    TaskOption("came-back", YES, _("Came back"), lambda task: bool(task.came_back)),
    TaskOption("late", YES, _("Late"), lambda task: task.coverage.is_late),
    TaskOption("at-risk", YES, _("At risk"), lambda task: task.is_at_risk),
]


def _people(tasks: Iterable[Task]) -> list[TaskOption]:
    """Return the people named, by name, and “No one” for the rest."""
    named = {task.responsible.user for task in tasks if task.responsible}
    people = [
        TaskOption(RESPONSIBLE, str(user.pk), str(user), _is_responsible(str(user.pk)))
        for user in sorted(named, key=str)
    ]
    no_one = TaskOption(RESPONSIBLE, NO_ONE, _("No one named"), _is_responsible(None))
    return [*people, no_one] if people else []


def _is_responsible(pk: str | None) -> Callable[[Task], bool]:
    def has(task: Task) -> bool:
        return (str(task.responsible.user.pk) if task.responsible else None) == pk

    return has


@dataclass(frozen=True)
class TaskFilters:
    """The tasks of a list, and the options chosen for it: at most one a field."""

    tasks: Sequence[Task]
    options: Sequence[TaskOption]
    chosen: Mapping[str, TaskOption]

    @classmethod
    def of(
        cls,
        tasks: Sequence[Task],
        asked: Mapping[str, str],
        *,
        is_chairs_own: bool = False,
    ) -> "TaskFilters":
        """Return the filters that an address asks for. It ignores unknown values."""
        options = options_of(tasks, is_chairs_own=is_chairs_own)
        chosen = {
            option.field: option
            for option in options
            if asked.get(option.field) == option.value
        }
        return cls(tasks, options, chosen)

    @property
    def shown(self) -> list[Task]:
        return self._having(self.chosen.values())

    def is_chosen(self, option: TaskOption) -> bool:
        return self.chosen.get(option.field) is option

    def count(self, option: TaskOption) -> int:
        """Return how many tasks the list shows once this option is chosen."""
        return len(self._having([*self._others(option.field), option]))

    def count_without(self, field: str) -> int:
        """Return how many tasks the list shows without the filter of this field."""
        return len(self._having(self._others(field)))

    def is_offered(self, option: TaskOption) -> bool:
        """Return whether some task has the option, whatever else is chosen."""
        return self.is_chosen(option) or any(map(option.has, self.tasks))

    def _others(self, field: str) -> list[TaskOption]:
        return [option for name, option in self.chosen.items() if name != field]

    def _having(self, options: Iterable[TaskOption]) -> list[Task]:
        wanted = list(options)
        return [
            task for task in self.tasks if all(option.has(task) for option in wanted)
        ]


def count_tasks(tasks: Sequence[Task]) -> dict[CoverageState, int]:
    """Return the count of each state, zeros too. The counts add up to all tasks."""
    filters = TaskFilters.of(tasks, {})
    states = [option for option in filters.options if option.field == STATE]
    return {CoverageState(state.value): filters.count(state) for state in states}


# What the list can be ordered by, beside the plan's own order.
ORDERINGS: Mapping[str, Callable[[Task], Any]] = {
    "state": lambda task: list(CoverageState).index(task.state),
    "as_of": lambda task: task.position.as_of if task.position else date.min,
    "responsible": lambda task: (
        task.responsible is None,
        str(task.responsible.user) if task.responsible else "",
    ),
}


def in_order(tasks: Sequence[Task], ordering: str) -> list[Task] | None:
    """Return the tasks in the order asked for, or None for the plan's own order.

    Equal tasks stay in plan order. A minus sign before the key reverses the order.
    """
    key = ORDERINGS.get(ordering.removeprefix("-"))
    if key is None:
        return None
    return sorted(tasks, key=key, reverse=ordering.startswith("-"))
