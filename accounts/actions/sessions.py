"""End sessions, and note when they were last used. Django decides what they open."""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import KnownDevice, User
from audit.record import record


@transaction.atomic
def end_session(*, session_key: str, by: User, at: datetime) -> bool:
    """End one of a person's own sessions. Return False if they have no such session."""
    return bool(_end(_of(by).filter(session_key=session_key), by=by, of=by, at=at))


@transaction.atomic
def end_other_sessions(*, keep: str | None, by: User, at: datetime) -> int:
    """End a person's sessions except the one they are in, and return their number."""
    return _end(_of(by).exclude(session_key=keep), by=by, of=by, at=at)


@transaction.atomic
def end_all_sessions(*, person: User, by: User | None, at: datetime) -> int:
    """End every session of a person whose access ends, and forget their browsers."""
    count = _end(_of(person), by=by, of=person, at=at)
    KnownDevice.objects.filter(user=person).delete()
    return count


@transaction.atomic
def end_sessions_of_old_password(
    *, person: User, keep: str | None, at: datetime
) -> int:
    """End the sessions of the old password. The browsers stay known to be theirs."""
    ended = _of(person).exclude(session_key=keep)
    return _end(ended, by=person, of=person, at=at, forget=False)


@transaction.atomic
def renumber_session(*, before: str | None, after: str | None) -> None:
    """Move a session's row to its new key, which it gets with a new password."""
    if before != after:
        UserSession.objects.filter(session_key=after).delete()
        UserSession.objects.filter(session_key=before).update(session_key=after)


def note_seen(*, session_key: str | None, at: datetime) -> None:
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at)


def _of(person: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = UserSession.objects.filter(user=person)
    return rows


def _end(
    rows: QuerySet[Any],
    *,
    of: User,
    by: User | None,
    at: datetime,
    forget: bool = True,
) -> int:
    """End these sessions, with one event for all, and forget their browsers.

    A person who ends a session does not trust its browser. If the browser signs in
    again it counts as new, and the person gets a mail about it.
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
