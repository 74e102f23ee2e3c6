"""Before sending: what is ready and what is missing. After it: what happens next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.entries.completeness import (
    is_unconfirmed,
    missing_fields,
    unconfirmed_sentence,
)
from progress.entries.held_files import held_files_of
from progress.entries.signatories import signing_notice
from progress.entries.states import recipient_of, sent_message
from progress.models import Entry, State
from progress.stocktakes.deadlines import annotated_deadline
from progress.stocktakes.next_task import is_to_write
from progress.stocktakes.task_list import Task, tasks_of
from progress.views.batches import bar_of
from progress.views.lookups import (
    breadcrumb_of,
    find_entry,
    find_open_stocktake,
    find_plan,
)
from progress.views.next_task import TaskLink, left_to_write, link_to, next_after


@dataclass(frozen=True)
class Checked:
    """A draft that could be sent, and what it still needs: sentences with links."""

    entry: Entry
    task: TaskLink
    missing: list[tuple[str, str]]


@require_safe
def task_check(request: UserRequest, slug: str) -> HttpResponse:
    """Show all that can be sent now, and all that cannot."""
    plan = find_plan(slug)
    if request.user.delegation is None or plan is None:
        raise Http404
    stocktake = find_open_stocktake(plan, member=request.user.delegation)
    tasks = tasks_of(
        plan, stocktake, reader=request.user, at=request.at, has_people=False
    )
    checked = list(_checked(request, tasks))
    context = {
        "plan": plan,
        "breadcrumb": [{"label": _("Tasks"), "url": reverse("progress:task-list")}],
        "stocktake": stocktake,
        "deadline": stocktake and annotated_deadline(stocktake, request.at),
        "to_confirm": sum(task.is_unconfirmed for task in tasks),
        "ready": [one for one in checked if not one.missing],
        "unready": [one for one in checked if one.missing],
        "not_begun": [
            link_to(task) for task in tasks if is_to_write(task) and not task.can_edit
        ],
        **bar_of(request, Batch.SUBMIT),
    }
    return render(request, "progress/stocktakes/task_check.html", context)


def _checked(request: UserRequest, tasks: list[Task]) -> Iterator[Checked]:
    """Yield each update that this person can send, with its text. Two queries."""
    updates = {task.update.pk: task for task in tasks if task.update}
    sendable = {pk: task for pk, task in updates.items() if task.can_submit}
    visible = Entry.objects.visible_to(request.user, request.at)
    texts = visible.filter(pk__in=sendable).in_bulk()
    held = held_files_of(sendable) if sendable else {}
    for pk, task in sendable.items():
        entry, link = texts[pk], link_to(task)
        entry.member_commitment = task.member_commitment
        if link is not None:
            yield Checked(entry, link, list(_missing(entry, held.get(pk, ()))))


def _missing(entry: Entry, held: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what the entry still needs, and where it is given."""
    page = reverse("progress:entry-edit", args=[entry.pk])
    for field, sentence in missing_fields(entry).items():
        yield sentence, f"{page}#id_{field}"
    if is_unconfirmed(entry):
        yield unconfirmed_sentence(entry), page
    for sentence in held:
        yield sentence, f"{page}#evidence"


@require_safe
def entry_sent(request: UserRequest, pk: UUID) -> HttpResponse:
    """Say what happens to an entry that was sent, and what to do next."""
    entry = find_entry(request, pk)
    user, at, mine = request.user, request.at, entry.member_commitment
    is_on_its_way = entry.state in {State.IN_CLEARANCE, State.SUBMITTED}
    if not is_on_its_way or user.delegation != mine.member_id:
        return redirect("progress:entry-detail", entry.pk)
    context = {
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, mine),
        "commitment": mine.commitment,
        "sent": sent_message(mine.member, user, at),
        "recipient": recipient_of(mine.member, user, at).value,
        "signing": signing_notice(entry, user, at),
        "next_task": next_after(request, mine),
        "left": left_to_write(request, mine),
    }
    return render(request, "progress/entries/entry_sent.html", context)
