"""Notify people once, and mark their notices as read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.actions.approvals import note_notified
from accounts.models import User
from audit.models import Event
from partners.messages import Announcement, muted_by
from partners.models import Cursor, Notice, NoticeKind, ReadEvent
from partners.notice_rules import announcements_of


@transaction.atomic
def notify_of_events(*, cursor: Cursor, events: Sequence[Event], at: datetime) -> int:
    """Notify the people whom events concern, mark the events as handled, and count.

    A second worker waits here for the first, and then finds the events handled.
    Returns the number of people.
    """
    held = Cursor.objects.select_for_update().get(pk=cursor.pk)
    keys = {event.pk for event in events if event.pk > held.position}
    handled = ReadEvent.objects.filter(cursor=held, event_id__in=keys)
    keys.difference_update(handled.values_list("event_id", flat=True))
    new = [event for event in events if event.pk in keys]
    count = notify(announcements=announcements_of(new, at=at), at=at)
    asked = [UUID(event.target_id) for event in new if event.verb == "grant.request"]
    note_notified(grant_ids=asked, at=at)
    ReadEvent.objects.bulk_create(
        ReadEvent(cursor=held, event_id=event.pk) for event in new
    )
    return count


def notify(*, announcements: Sequence[Announcement], at: datetime) -> int:
    """Write the notices that are not there yet, and return the number of people.

    A notice's key is unique to a person, so that a second run notifies no one twice.
    """
    users = [
        recipient.user
        for announcement in announcements
        for recipient in announcement.recipients
    ]
    muted = muted_by(users)
    notices = [
        notice
        for announcement in announcements
        for notice in announcement.without(muted).notices(at)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len({notice.user_id for notice in notices})


def mark_read(*, notice_id: UUID, by: User, at: datetime) -> bool:
    """Mark one notice as read, if it is this person's and unread."""
    return bool(_unread(by, at).filter(pk=notice_id).update(read_at=at))


def mark_all_read(*, by: User, at: datetime, kind: NoticeKind | None = None) -> int:
    """Mark all unread notices, or all of one kind, and return how many there were."""
    unread = _unread(by, at)
    return (unread.filter(kind=kind) if kind else unread).update(read_at=at)


def _unread(by: User, at: datetime) -> QuerySet[Notice]:
    return Notice.objects.visible_to(by, at).unread()
