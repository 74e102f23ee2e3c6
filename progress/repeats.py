"""A button pressed twice: has the first press done what both of them ask?"""

from accounts.models import User
from progress.models import Entry
from progress.transitions import Verb


def was_just_done(verb: Verb, entry: Entry, *, by: User, version: int) -> bool:
    """Is a stale press the second of two, and the first has moved the entry so?"""
    last = entry.transitions.order_by("-at", "-pk").first()
    return (
        last is not None
        and entry.version == version + 1
        and (last.verb, last.by_id) == (verb, by.pk)
    )


def was_just_confirmed(entry: Entry, *, by: User, version: int) -> bool:
    return (
        entry.version == version + 1
        and entry.confirmed_by_id == by.pk
        and entry.confirmed_at == entry.written_at
    )
