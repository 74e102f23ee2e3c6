"""How far the audit events have been read, without losing one.

An event gets its number before it commits, so a low number may appear after a higher
one. The cursor therefore passes only events that are old enough: every transaction of
their time has ended. Events above it are read again each time, except those that have
a `ReadEvent` row.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from audit.models import Event
from partners.models import Cursor, ReadEvent

# Longer than any request or task may last.
SETTLED_AFTER = timedelta(minutes=10)
# At the first start: no one is notified of what happened earlier.
HISTORY = timedelta(days=2)


def open_cursor(*, name: str, at: datetime) -> Cursor:
    """Return the cursor, after creating it at the first start."""
    return Cursor.objects.get_or_create(name=name, defaults={"since": at - HISTORY})[0]


def unread_events(cursor: Cursor, verbs: list[str]) -> QuerySet[Event]:
    """Return the events this cursor has not handled yet, in order."""
    handled = ReadEvent.objects.filter(cursor=cursor, event_id=OuterRef("pk"))
    return (
        Event.objects.filter(
            pk__gt=cursor.position, at__gte=cursor.since, verb__in=verbs
        )
        .exclude(Exists(handled))
        .order_by("pk")
    )


def can_move(cursor: Cursor, at: datetime) -> bool:
    """Return whether the next event is old enough to be passed, without locking."""
    later = Event.objects.filter(pk__gt=cursor.position).order_by("pk")
    first = later.values_list("at", flat=True).first()
    return first is not None and first <= at - SETTLED_AFTER


def pass_over(*, cursor: Cursor, event: Event) -> None:
    """Mark an event as handled without notifying anyone."""
    ReadEvent.objects.get_or_create(cursor=cursor, event_id=event.pk)


@transaction.atomic
def move_cursor(*, cursor: Cursor, verbs: list[str], at: datetime) -> Cursor:
    """Move the cursor past old events, but never past one that is not handled."""
    held = Cursor.objects.select_for_update().get(pk=cursor.pk)
    later = Event.objects.filter(pk__gt=held.position)
    young = later.filter(at__gt=at - SETTLED_AFTER).aggregate(first=Min("pk"))["first"]
    left = unread_events(held, verbs).aggregate(first=Min("pk"))["first"]
    for stop in (young, left):
        later = later.filter(pk__lt=stop) if stop is not None else later
    # Only to an event that exists: one may still appear between it and the next.
    held.position = later.aggregate(last=Max("pk"))["last"] or held.position
    held.save(update_fields=["position"])
    ReadEvent.objects.filter(cursor=held, event_id__lte=held.position).delete()
    return held
