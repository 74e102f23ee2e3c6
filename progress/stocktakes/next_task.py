"""Which task comes before and after one, and which is next to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from progress.models import Stocktake
from progress.stocktakes.task_list import Task


@dataclass(frozen=True)
class TaskNeighbours:
    """The tasks that this person can write before and after one, in plan order."""

    before: Task | None
    after: Task | None
    # Its place among them, from 1, and how many there are.
    number: int
    count: int


def is_to_write(task: Task) -> bool:
    """Whether this person can write its text, and it is not published yet."""
    return task.can_edit or (task.can_begin and not _is_published(task))


def _is_published(task: Task) -> bool:
    """Whether the last published entry belongs to a stocktake that is still open."""
    stocktake = task.position.stocktake if task.position else None
    return stocktake is not None and stocktake.state is Stocktake.State.OPEN


def neighbours_of(tasks: Sequence[Task], here: UUID) -> TaskNeighbours:
    """Return what is before and after a member commitment among the tasks to write."""
    at_hand = [
        task for task in tasks if is_to_write(task) or task.member_commitment.pk == here
    ]
    places = [task.member_commitment.pk for task in at_hand]
    if here not in places:
        return TaskNeighbours(None, None, 0, len(at_hand))
    place = places.index(here)
    return TaskNeighbours(
        before=at_hand[place - 1] if place else None,
        after=at_hand[place + 1] if place + 1 < len(at_hand) else None,
        number=place + 1,
        count=len(at_hand),
    )


def next_to_write(tasks: Sequence[Task], here: UUID) -> Task | None:
    """Return the next task to write after this one; from the start after the last."""
    places = [task.member_commitment.pk for task in tasks]
    place = places.index(here) if here in places else -1
    around = [*tasks[place + 1 :], *tasks[: max(place, 0)]]
    return next((task for task in around if is_to_write(task)), None)
