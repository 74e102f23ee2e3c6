"""From the audit's events to notices: one event a transaction, each told once."""

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
from partners.actions.notices import tell_of_event
from partners.models import Cursor
from partners.notice_rules import NOTICE_RULES

log = structlog.get_logger()

NOTICES = "notices"
VERBS = sorted(NOTICE_RULES)
# In one run: the next comes in seconds.
MOST_EVENTS = 200


def read_new_events(at: datetime) -> int:
    """Tell of every event that has not been told of; how many there were."""
    cursor = open_cursor(name=NOTICES, at=at)
    events = list(unread_events(cursor, VERBS)[:MOST_EVENTS])
    for event in events:
        _tell(cursor, event, at)
    move_cursor(cursor=cursor, verbs=VERBS, at=at)
    return len(events)


def _tell(cursor: Cursor, event: Event, at: datetime) -> None:
    """One event that nobody can make sense of must not silence all the others.

    It is tried again for as long as it is young, and then passed over.
    """
    try:
        tell_of_event(cursor=cursor, event=event, at=at)
    except (InterfaceError, OperationalError):
        raise  # the database is away: nothing is passed over for that
    except Exception:
        log.exception("event not told", event_id=event.pk, verb=event.verb)
        if event.at < at - SETTLED_AFTER:
            pass_over(cursor=cursor, event=event)
