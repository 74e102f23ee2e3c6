"""Notify people once, and what they do with what they were told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit.models import Event
from partners.messages import Announcement, muted_by
from partners.models import Cursor, Notice, NoticeKind, ReadEvent
from partners.notice_rules import tellings_of


@transaction.atomic
def tell_of_event(*, cursor: Cursor, event: Event, at: datetime) -> int:
    """Tell everybody an event concerns, and mark it as dealt with; how many are told.

    Whoever comes second waits for the first here, and then finds it done.
    """
    _read, is_first = ReadEvent.objects.get_or_create(cursor=cursor, event_id=event.pk)
    if not is_first:
        return 0
    # Whoever is told late still reads when it happened.
    return tell(tellings=tellings_of(event, at=at), at=event.at)


def tell(*, tellings: Sequence[Announcement], at: datetime) -> int:
    """Write the notices that are not there yet; how many people are told of something.

    The key is unique to a person, so that telling again tells nobody twice.
    """
    users = [hearer.user for telling in tellings for hearer in telling.hearers]
    muted = muted_by(users)
    notices = [
        notice for telling in tellings for notice in telling.without(muted).notices(at)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len({notice.user_id for notice in notices})


def mark_read(*, notice_id: UUID, by: User, at: datetime) -> bool:
    """One notice is read. Twice is once; what is not theirs is not there."""
    return bool(_unread(by, at).filter(pk=notice_id).update(read_at=at))


def mark_all_read(*, by: User, at: datetime, kind: NoticeKind | None = None) -> int:
    """All that this person can see, or all of one kind; how many there were."""
    unread = _unread(by, at)
    return (unread.filter(kind=kind) if kind else unread).update(read_at=at)


def _unread(by: User, at: datetime) -> QuerySet[Notice]:
    return Notice.objects.visible_to(by, at).unread()
