"""Turn new audit events into notices: many in one transaction, each event once."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError

from audit.models import Event
from partners.actions.cursors import (
    SETTLED_AFTER,
    can_move,
    move_cursor,
    open_cursor,
    pass_over,
    unread_events,
)
from partners.actions.notices import notify_of_events
from partners.models import Cursor
from partners.notice_rules import NOTICE_RULES

log = structlog.get_logger()

NOTICES = "notices"
VERBS = sorted(NOTICE_RULES)
# In one run. The next run comes in seconds.
MOST_EVENTS = 200


def read_new_events(at: datetime) -> int:
    """Notify people of every event not handled yet, and return how many there were."""
    cursor = open_cursor(name=NOTICES, at=at)
    events = list(unread_events(cursor, VERBS)[:MOST_EVENTS])
    if events:
        _handle(cursor, events, at)
    if can_move(cursor, at):
        move_cursor(cursor=cursor, verbs=VERBS, at=at)
    return len(events)


def _handle(cursor: Cursor, events: Sequence[Event], at: datetime) -> None:
    """Notify people of events, so that a faulty event does not stop the others.

    If one is faulty, each is handled by itself. A faulty event is tried again for as
    long as it is young, and then passed over.
    """
    try:
        notify_of_events(cursor=cursor, events=events, at=at)
    except (InterfaceError, OperationalError):
        raise  # The database is away. No event may be passed over for that.
    except Exception:
        first, *others = events
        if others:
            for event in events:
                _handle(cursor, [event], at)
            return
        log.exception("event not handled", event_id=first.pk, verb=first.verb)
        if first.at < at - SETTLED_AFTER:
            pass_over(cursor=cursor, event=first)
