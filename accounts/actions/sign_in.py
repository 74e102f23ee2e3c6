"""What happens at the door, written down: who came in, who was refused, who went.

An event never holds a password, nor what was typed as an address where nobody has it:
people type their password there.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import KnownDevice, NewDeviceMail, User
from audit.record import record

# The target of an event about nobody's account; written as quickly as about somebody's.
NOBODY = User(pk=uuid.UUID(int=0), name="no account")


@dataclass(frozen=True)
class Visit:
    """Who comes in, in which session, from where, with which browser."""

    session_key: str
    address: str
    device: str


@transaction.atomic
def note_sign_in(*, visit: Visit, by: User, at: datetime) -> NewDeviceMail | None:
    """Write a sign-in down. Gives the mail to be sent, where the browser is new."""
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
    """Know a browser from now on: whoever sits there proved by mail who they are."""
    _is_new_beside_others(person, device, at=at)


def note_refused_sign_in(
    *, email: str, address: str, reason: str, at: datetime
) -> None:
    """Write down that somebody was not let in, and why; the same work for anybody."""
    person = User.objects.filter(email=email.lower()).first() or NOBODY
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
    """Is this a browser the person has not used, while they have used others?

    The very first tells nobody anything: it is where the invitation was accepted.
    """
    # Two first sign-ins at once: the second waits, and finds the first.
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
