"""Sessions in the database that end a fixed time after the sign-in.

Django's own last longer with each change, and some pages change a session without a
proof of who is there. So a stolen one could be kept alive for ever.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db

SIGNED_IN_AT = "signed_in_at"


class SessionStore(db.SessionStore):
    """A session. Django looks for a class of this name in `SESSION_ENGINE`."""

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Return `SESSION_COOKIE_AGE` after the sign-in, or what is earlier."""
        expiry: datetime = super().get_expiry_date(**kwargs)
        signed_in_at = self.get(SIGNED_IN_AT)
        if not isinstance(signed_in_at, int | float):
            return expiry
        longest = timedelta(seconds=self.get_session_cookie_age())
        return min(expiry, datetime.fromtimestamp(signed_in_at, UTC) + longest)
