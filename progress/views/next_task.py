"""Where an officer goes on: the tasks around one, and the next one to write."""

from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from progress.stocktakes.next_task import is_to_write, neighbours_of, next_to_write
from progress.stocktakes.task_list import Task, tasks_of


class TaskLink(TypedDict):
    """A task as a page links to it."""

    url: str
    heading: str


class Around(TypedDict):
    """The tasks before and after one, and its place among them: “3 of 28”."""

    before: TaskLink | None
    after: TaskLink | None
    place: str


def around_task(request: UserRequest, mine: MemberCommitment) -> Around:
    """Return the links to the tasks before and after one, and its place."""
    around = neighbours_of(_tasks(request, mine), mine.pk)
    place = {"number": around.number, "count": around.count}
    return {
        "before": link_to(around.before),
        "after": link_to(around.after),
        "place": _("%(number)d of %(count)d") % place if around.number else "",
    }


def next_after(request: UserRequest, mine: MemberCommitment) -> TaskLink | None:
    """Return the next task to write, in plan order, from the start after the last."""
    return link_to(next_to_write(_tasks(request, mine), mine.pk))


def left_to_write(request: UserRequest, mine: MemberCommitment) -> int:
    """Return how many tasks this person can still write."""
    return sum(map(is_to_write, _tasks(request, mine)))


def link_to(task: Task | None) -> TaskLink | None:
    """Return where the task is written. The cursor is put into the narrative."""
    if task is None:
        return None
    return {"url": f"{_url(task)}#id_narrative", "heading": task.commitment.heading}


def _url(task: Task) -> str:
    if task.can_edit and task.update is not None:
        return reverse("progress:entry-edit", args=[task.update.pk])
    commitment = task.commitment
    where = [commitment.plan.slug, commitment.code, task.member_commitment.member_id]
    return reverse("progress:entry-new", args=where)


def _tasks(request: UserRequest, mine: MemberCommitment) -> list[Task]:
    """Return the tasks of the delegation in the plan of this one, without coverage."""
    plan = mine.commitment.plan
    return tasks_of(plan, None, reader=request.user, at=request.at, has_people=False)
