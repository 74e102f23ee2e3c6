"""How far the audit's events have been read, without losing one.

Events are numbered before they commit: a low number may appear after a higher one. So
the cursor only ever passes events that are old enough for every transaction of their
time to have ended, and all above it is read anew each time, but for what `ReadEvent`
says is dealt with.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from audit.models import Event
from partners.models import Cursor, ReadEvent

# Longer than any request or task may last.
SETTLED_AFTER = timedelta(minutes=10)
# At the first start: what happened earlier is history and told to nobody.
HISTORY = timedelta(days=2)


def open_cursor(*, name: str, at: datetime) -> Cursor:
    """The cursor; new in a database that nobody has read yet."""
    return Cursor.objects.get_or_create(name=name, defaults={"since": at - HISTORY})[0]


def unread_events(cursor: Cursor, verbs: list[str]) -> QuerySet[Event]:
    """What this reader still has to deal with, in order."""
    dealt_with = ReadEvent.objects.filter(cursor=cursor, event_id=OuterRef("pk"))
    return (
        Event.objects.filter(
            pk__gt=cursor.position, at__gte=cursor.since, verb__in=verbs
        )
        .exclude(Exists(dealt_with))
        .order_by("pk")
    )


def pass_over(*, cursor: Cursor, event: Event) -> None:
    """Say that nothing more is done about an event."""
    ReadEvent.objects.get_or_create(cursor=cursor, event_id=event.pk)


@transaction.atomic
def move_cursor(*, cursor: Cursor, verbs: list[str], at: datetime) -> Cursor:
    """Past everything that is old, but never past what still has to be dealt with."""
    held = Cursor.objects.select_for_update().get(pk=cursor.pk)
    later = Event.objects.filter(pk__gt=held.position)
    young = later.filter(at__gt=at - SETTLED_AFTER).aggregate(first=Min("pk"))["first"]
    left = unread_events(held, verbs).aggregate(first=Min("pk"))["first"]
    for stop in (young, left):
        later = later.filter(pk__lt=stop) if stop is not None else later
    # To an event that is there: between it and the next, one may still be on its way.
    held.position = later.aggregate(last=Max("pk"))["last"] or held.position
    held.save(update_fields=["position"])
    ReadEvent.objects.filter(cursor=held, event_id__lte=held.position).delete()
    return held
