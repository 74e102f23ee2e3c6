"""Sessions: begun, seen, ended. Which pages each opens is Django's to say."""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import KnownDevice, User
from audit.record import record


@transaction.atomic
def end_session(*, session_key: str, by: User, at: datetime) -> bool:
    """End one of a person's own sessions; False if there is none of that key."""
    return bool(_end(_of(by).filter(session_key=session_key), by=by, of=by, at=at))


@transaction.atomic
def end_other_sessions(*, keep: str | None, by: User, at: datetime) -> int:
    """End a person's own sessions except the one they are in; how many they were."""
    return _end(_of(by).exclude(session_key=keep), by=by, of=by, at=at)


@transaction.atomic
def end_all_sessions(*, person: User, by: User, at: datetime) -> int:
    """End every session of somebody whose access ends. Their browsers are forgotten."""
    count = _end(_of(person), by=by, of=person, at=at)
    KnownDevice.objects.filter(user=person).delete()
    return count


@transaction.atomic
def end_sessions_of_old_password(
    *, person: User, keep: str | None, at: datetime
) -> int:
    """What the old password opened. The browsers stay known: they are the person's."""
    ended = _of(person).exclude(session_key=keep)
    return _end(ended, by=person, of=person, at=at, forget=False)


@transaction.atomic
def renumber_session(*, before: str | None, after: str | None) -> None:
    """Go on with a session's row under its new key, which a new password brings."""
    if before != after:
        UserSession.objects.filter(session_key=after).delete()
        UserSession.objects.filter(session_key=before).update(session_key=after)


def note_seen(*, session_key: str | None, at: datetime) -> None:
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at)


def _of(person: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = UserSession.objects.filter(user=person)
    return rows


def _end(
    rows: QuerySet[Any], *, of: User, by: User, at: datetime, forget: bool = True
) -> int:
    """End these sessions, one event for all. Who ends one has no trust in its browser.

    A browser that is forgotten counts as new when it comes back, and tells so by mail.
    """
    ended = list(rows.order_by("pk"))
    if not ended:
        return 0
    for row in ended:
        row.end()
    if forget:
        digests = [row.data.get("device", "") for row in ended]
        KnownDevice.objects.filter(user=of, digest__in=digests).delete()
    record(
        verb="session.end",
        target=of,
        by=by,
        at=at,
        member=of.member_id or "",
        data={"count": len(ended)},
    )
    return len(ended)
