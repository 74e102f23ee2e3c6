"""Turn new audit events into notices: one transaction an event, each event once."""

from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError

from audit.models import Event
from partners.actions.cursors import (
    SETTLED_AFTER,
    move_cursor,
    open_cursor,
    pass_over,
    unread_events,
)
from partners.actions.notices import notify_of_event
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
    for event in events:
        _handle(cursor, event, at)
    move_cursor(cursor=cursor, verbs=VERBS, at=at)
    return len(events)


def _handle(cursor: Cursor, event: Event, at: datetime) -> None:
    """Notify people of one event, so that a faulty event does not stop the others.

    A faulty event is tried again for as long as it is young, and then passed over.
    """
    try:
        notify_of_event(cursor=cursor, event=event, at=at)
    except (InterfaceError, OperationalError):
        raise  # The database is away. No event may be passed over for that.
    except Exception:
        log.exception("event not handled", event_id=event.pk, verb=event.verb)
        if event.at < at - SETTLED_AFTER:
            pass_over(cursor=cursor, event=event)
