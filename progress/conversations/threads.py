"""The two threads of an entry: when they are open, what stands in them, who waits.

Inside a delegation people have names. Across the line a delegation speaks as its
member, and whoever reviews for the Presidency: names stay at home, as in `trail`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import Presidency, User
from progress.models import Comment, Entry, State
from progress.permissions import can_comment
from progress.querysets.conversations import thread_visibility_q
from progress.querysets.entries import AT_WORK

Thread = Comment.Thread


@dataclass(frozen=True)
class Remark:
    """One comment, as its reader may know of it."""

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
    # May this reader write there now?
    is_open: bool


def is_open(thread: str, entry: Entry) -> bool:
    """Can something be written in this thread, by whoever may?

    With the Presidency from submission to publication. A recall closes it until the
    entry is submitted again; what a delegation does at home after a return does not,
    or the Presidency would learn of it here.
    """
    if thread == Thread.DELEGATION:
        return entry.state in AT_WORK
    return entry.submitted_at is not None and entry.state != State.PUBLISHED


def conversations_of(entry: Entry, *, reader: User, at: datetime) -> list[Conversation]:
    """The threads that hold something for this reader, or wait for it. One query."""
    then = Presidency.objects.at(OuterRef("written_at"))
    comments = (
        Comment.objects.visible_to(reader, at)
        .filter(entry=entry)
        .annotate(chair_then=Subquery(then.values("member")[:1]))
        .select_related("written_by", "member")
        .order_by("written_at", "pk")
    )
    said: dict[str, list[Remark]] = {thread: [] for thread in Thread}
    for comment in comments:
        said[comment.thread].append(_remark(comment, entry, reader))
    found = [
        Conversation(
            thread,
            said[thread],
            is_open(thread, entry) and can_comment(reader, entry, thread, at=at),
        )
        for thread in Thread
    ]
    return [one for one in found if one.remarks or one.is_open]


def _remark(comment: Comment, entry: Entry, reader: User) -> Remark:
    return Remark(
        id=comment.pk,
        who=_known_as(comment, entry, reader),
        at=comment.written_at,
        body=comment.body,
        is_ours=comment.member_id == reader.delegation,
    )


def _known_as(comment: Comment, entry: Entry, reader: User) -> str:
    """A colleague's name; of others, for whom they wrote.

    Who wrote about an entry of the chair of that day was its second reviewer.
    """
    if comment.member_id == reader.delegation:
        return str(comment.written_by)
    if comment.member_id == entry.member_code:
        return comment.member.name
    if vars(comment)["chair_then"] == entry.member_code:
        return _("The second reviewer")
    return _("The Presidency (%(member)s)") % {"member": comment.member.name}


@dataclass(frozen=True)
class Exchange:
    """A thread between a delegation and its reviewer that goes on."""

    entry: Entry
    last_at: datetime
    # Has the other side written last?
    waits_for_us: bool


def open_exchanges(reader: User, at: datetime) -> list[Exchange]:
    """All that this reader may write in, and in which something stands; ours first.

    Of those, the ones that have waited longest come first. One query.
    """
    comments = Comment.objects.filter(entry=OuterRef("pk"), thread=Thread.PRESIDENCY)
    last = comments.order_by("-written_at", "-pk")
    entries = (
        Entry.objects.filter(
            thread_visibility_q(Thread.PRESIDENCY, reader, at),
            submitted_at__isnull=False,
        )
        .exclude(state=State.PUBLISHED)
        .annotate(
            last_member=Subquery(last.values("member")[:1]),
            last_at=Subquery(last.values("written_at")[:1]),
        )
        .filter(last_at__isnull=False)
        .select_related("member_commitment__commitment__plan", "stocktake")
        .select_related("member_commitment__member")
        .without_text()
        .defer("member_commitment__commitment__plan__source_text")
        .defer("member_commitment__commitment__plan__preamble")
        .order_by("last_at", "pk")
    )
    found = [
        _exchange(entry, reader)
        for entry in entries
        if can_comment(reader, entry, Thread.PRESIDENCY, at=at)
    ]
    return sorted(found, key=lambda one: not one.waits_for_us)


def _exchange(entry: Entry, reader: User) -> Exchange:
    last = vars(entry)
    written_at_home = last["last_member"] == entry.member_code
    is_at_home = reader.delegation == entry.member_code
    return Exchange(entry, last["last_at"], written_at_home != is_at_home)
