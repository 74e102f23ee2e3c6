"""The two comment threads of an entry, and which of them need a reply.

Inside a delegation people have names. In the other thread a delegation is named by its
member, and a reviewer by their office: see `progress.permissions`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from progress.models import Comment, Entry, State
from progress.permissions import can_comment, name_of, name_of_reviewer
from progress.querysets.conversations import thread_visibility_q
from progress.querysets.entries import IN_PROGRESS

Thread = Comment.Thread


@dataclass(frozen=True)
class Remark:
    """One comment as its reader may see it."""

    id: UUID
    who: str
    at: datetime
    body: str
    is_ours: bool


@dataclass(frozen=True)
class Conversation:
    """One thread of an entry, for one reader."""

    thread: Comment.Thread
    remarks: Sequence[Remark]
    # May this reader write in it now?
    is_open: bool


def is_open(thread: str, entry: Entry) -> bool:
    """Whether comments can be added to this thread, by those who may write in it.

    The thread with the Presidency is open from submission to publication. A recall
    closes it until the entry is submitted again. Later private edits must not close
    it, because that would reveal them.
    """
    if thread == Thread.DELEGATION:
        return entry.state in IN_PROGRESS
    return entry.submitted_at is not None and entry.state != State.PUBLISHED


def conversations_of(entry: Entry, *, reader: User, at: datetime) -> list[Conversation]:
    """Return the threads that this reader may read or write in. One query.

    A thread without comments is left out where the reader may not write in it.
    """
    comments = (
        Comment.objects.visible_to(reader, at)
        .filter(entry=entry)
        .with_chair_then()
        .select_related("written_by", "member")
        .order_by("written_at", "pk")
    )
    remarks: dict[str, list[Remark]] = {thread: [] for thread in Thread}
    for comment in comments:
        remarks[comment.thread].append(_remark(comment, entry, reader))
    found = [
        Conversation(
            thread,
            remarks[thread],
            is_open(thread, entry) and can_comment(reader, entry, thread, at=at),
        )
        for thread in Thread
    ]
    return [talk for talk in found if talk.remarks or talk.is_open]


def _remark(comment: Comment, entry: Entry, reader: User) -> Remark:
    return Remark(
        id=comment.pk,
        who=_name_of_author(comment, entry, reader),
        at=comment.written_at,
        body=comment.body,
        is_ours=comment.member_id == reader.delegation,
    )


def _name_of_author(comment: Comment, entry: Entry, reader: User) -> str:
    if comment.member_id in {reader.delegation, entry.member_code}:
        return name_of(comment.written_by, comment.member, reader)
    return name_of_reviewer(entry, chair_then=comment.chair_then, member=comment.member)


@dataclass(frozen=True)
class Exchange:
    """An open thread between a delegation and its reviewer."""

    entry: Entry
    last_at: datetime
    # Did the other side write the last comment?
    waits_for_us: bool


def open_exchanges(reader: User, at: datetime) -> list[Exchange]:
    """Return the threads with comments that this reader may write in. One query.

    Those that need our reply come first, and of them the longest waiting.
    """
    entries = _discussed(reader=reader, at=at, has_names=True)
    found = _exchanges(entries, reader, at)
    return sorted(found, key=lambda exchange: not exchange.waits_for_us)


def count_waiting(reader: User, at: datetime) -> int:
    """Return how many of the open threads need our reply. One query."""
    entries = _discussed(reader=reader, at=at, has_names=False)
    found = _exchanges(entries, reader, at)
    return sum(exchange.waits_for_us for exchange in found)


@CompiledOnce
def _discussed(*, reader: User, at: datetime, has_names: bool) -> QuerySet[Entry]:
    """Return the entries with an open thread that this reader may read.

    Without names they have only what is needed to count them.
    """
    discussed = (
        Entry.objects.filter(
            thread_visibility_q(Thread.PRESIDENCY, reader, at),
            submitted_at__isnull=False,
        )
        .exclude(state=State.PUBLISHED)
        .by_last_comment(Thread.PRESIDENCY)
        .select_related("member_commitment", "stocktake")
    )
    if not has_names:
        return discussed.only(
            "state", "member_commitment__member", "stocktake__second_reviewer"
        )
    return (
        discussed.select_related("member_commitment__commitment__plan")
        .select_related("member_commitment__member")
        .without_text()
        .defer("member_commitment__commitment__plan__source_text")
        .defer("member_commitment__commitment__plan__preamble")
    )


def _exchanges(entries: Iterable[Entry], reader: User, at: datetime) -> list[Exchange]:
    """Return the exchanges about these entries in which the reader may write."""
    return [
        _exchange(entry, reader)
        for entry in entries
        if can_comment(reader, entry, Thread.PRESIDENCY, at=at)
    ]


def _exchange(entry: Entry, reader: User) -> Exchange:
    is_from_delegation = entry.last_comment_member == entry.member_code
    is_for_delegation = reader.delegation == entry.member_code
    waits_for_us = is_from_delegation != is_for_delegation
    return Exchange(entry, entry.last_comment_at, waits_for_us)
