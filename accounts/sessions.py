"""A person's active sessions, as they see them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User

# The first match counts: nearly all browsers also name Safari, and most name Chrome.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "Chrom": "Chrome",
    "CriOS": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class OwnSession:
    """An active session. Addresses use `id`: the key opens it and is never shown."""

    id: uuid.UUID
    key: str
    browser: str
    address: str
    signed_in_at: datetime
    last_seen_at: datetime
    is_current: bool


def sessions_of(person: User, *, current: str | None, at: datetime) -> list[OwnSession]:
    """Return a person's sessions that have not expired: the current one first."""
    alive = Session.objects.filter(expire_date__gt=at).values("pk")
    rows = UserSession.objects.filter(user=person, session_key__in=alive)
    found = [
        OwnSession(
            id=id_of(row.session_key),
            key=row.session_key,
            browser=browser_name(row.user_agent),
            address=row.ip,
            signed_in_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_current=row.session_key == current,
        )
        for row in rows.order_by("-last_seen_at", "-pk")
    ]
    return sorted(found, key=lambda session: not session.is_current)


def id_of(session_key: str) -> uuid.UUID:
    """Return the name of a session for places that must not show its key."""
    digest = salted_hmac("accounts.sessions", session_key, algorithm="sha256")
    return uuid.UUID(bytes=digest.digest()[:16])


def browser_name(user_agent: str) -> str:
    """Return, for example, “Firefox on Windows”.

    A browser can claim to be any other. The name only helps people to recognise theirs.
    """
    browser = _first(_BROWSERS, user_agent) or _("Unknown browser")
    system = _first(_SYSTEMS, user_agent)
    if not system:
        return browser
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")
