"""Record sign-ins, refused sign-ins and sign-outs.

An event never holds a password. It holds an address only if an account has it, because
people sometimes type their password in that field.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import KnownDevice, NewDeviceMail, User
from audit.record import record

# The target of an event without an account. Writing it takes as long as with one.
NO_ACCOUNT = User(pk=uuid.UUID(int=0), name="no account")


@dataclass(frozen=True)
class Visit:
    """The session, network address and browser of a sign-in."""

    session_key: str
    address: str
    device: str


@transaction.atomic
def note_sign_in(*, visit: Visit, by: User, at: datetime) -> NewDeviceMail | None:
    """Record a sign-in. Return the mail to send if the browser is new to the person."""
    session = UserSession.objects.filter(session_key=visit.session_key)
    session.update(data={"device": visit.device})
    record(
        verb="user.sign_in",
        target=by,
        by=by,
        at=at,
        member=by.member_id or "",
        data={"address": visit.address},
    )
    if not _is_new_beside_others(by, visit.device, at=at):
        return None
    return NewDeviceMail.objects.create(user=by, signed_in_at=at, due_at=at)


@transaction.atomic
def trust_device(*, person: User, device: str, at: datetime) -> None:
    """Remember a browser whose user has proved by a mailed link who they are."""
    _is_new_beside_others(person, device, at=at)


def note_refused_sign_in(
    *, email: str, address: str, reason: str, at: datetime
) -> None:
    """Record a refused sign-in and its reason.

    It does the same work with and without an account, so that its duration reveals
    nothing.
    """
    person = User.objects.filter(email=email.lower()).first() or NO_ACCOUNT
    record(
        verb="user.sign_in_refused",
        target=person,
        by=None,
        at=at,
        member=person.member_id or "",
        data={"address": address, "reason": reason},
    )


@transaction.atomic
def note_sign_out(*, session_key: str | None, by: User, at: datetime) -> None:
    UserSession.objects.filter(session_key=session_key, user=by).delete()
    record(verb="user.sign_out", target=by, by=by, at=at, member=by.member_id or "")


def _is_new_beside_others(person: User, device: str, *, at: datetime) -> bool:
    """Remember the browser, and return whether it is new beside other known ones.

    A person's first browser makes no mail: it is where they accepted the invitation.
    """
    # Of two first sign-ins at once, the second waits here and finds the first.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    known, is_new = KnownDevice.objects.get_or_create(
        user=person,
        digest=device,
        defaults={"first_seen_at": at, "last_seen_at": at},
    )
    if not is_new:
        KnownDevice.objects.filter(pk=known.pk).update(last_seen_at=at)
        return False
    return KnownDevice.objects.filter(user=person).exclude(pk=known.pk).exists()
