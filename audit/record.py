"""Record an act. No other code writes an event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from structlog.contextvars import get_contextvars

from audit.models import NO_OFFICE, Event
from audit.outages import note_saved
from audit.statements import write_rows


class Actor(Protocol):
    """The person or service user who acts."""

    @property
    def pk(self) -> UUID: ...
    @property
    def email(self) -> str: ...
    @property
    def member_id(self) -> str | None: ...
    @property
    def body_id(self) -> str | None: ...


def record(
    *,
    verb: str,
    target: Model,
    by: Actor | None,
    at: datetime,
    member: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Add an event, in the transaction of the act itself. `by=None` is the system."""
    add_event(
        event_of(verb=verb, target=target, by=by, at=at, member=member, data=data)
    )


def add_event(
    event: Event,
    *others: Model,
    changed: Model | None = None,
    fields: Sequence[str] = (),
) -> None:
    """Insert an event, by one statement with the other rows that its act writes."""
    transaction.on_commit(note_saved)
    write_rows(event, *others, changed=changed, fields=fields)


def add_events(events: Sequence[Event]) -> None:
    """Insert the events of one act on many things."""
    transaction.on_commit(note_saved)
    Event.objects.bulk_create(events)


def event_of(
    *,
    verb: str,
    target: Model,
    by: Actor | None,
    at: datetime,
    member: str = "",
    data: Mapping[str, object] | None = None,
) -> Event:
    """Return the event that `record` would add. It is not saved yet."""
    context = get_contextvars()
    return Event(
        at=at,
        actor_id=by.pk if by else None,
        actor=by.email if by else "system",
        office=(by and (by.member_id or by.body_id)) or NO_OFFICE,
        verb=verb,
        target_type=target._meta.label,
        target_id=str(target.pk),
        target=str(target)[:300],
        member=member,
        request_id=str(context.get("request_id", "")),
        job_id=str(context.get("job_id", "")),
        data=dict(data or {}),
    )
