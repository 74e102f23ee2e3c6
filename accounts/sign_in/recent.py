"""Whether a person has just shown who they are, which dangerous acts require.

A browser may be left open, and a session may be stolen. So making a key, for example,
asks again who is there, unless they signed in or confirmed it within `RECENT`.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

RECENT = timedelta(minutes=15)
# In the session: when its person last showed who they are, in seconds.
CONFIRMED_AT = "confirmed_at"


def is_recent(session: SessionBase, at: datetime) -> bool:
    """Return whether the person of this session showed who they are within `RECENT`.

    A time in the future proves nothing: the clock was wrong then, or is now.
    """
    confirmed_at = session.get(CONFIRMED_AT)
    if not isinstance(confirmed_at, int | float):
        return False
    age = at.timestamp() - confirmed_at
    return 0 <= age <= RECENT.total_seconds()


def note_confirmed(session: SessionBase, at: datetime) -> None:
    session[CONFIRMED_AT] = at.timestamp()
