"""Link a person with their account at the provider of single sign-on, or end that.

An administrator never links anyone: they could name an account of their own, and read
what the person reads. They have a code mailed to the address of an invited person, as
the invitation is. That person shows at the provider who they are, and types the code.

Everyone else links themselves while they are signed in, with their second factor: a
code in a stolen mailbox must not replace it.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions.sessions import end_all_sessions
from accounts.models import SignInCode, SignInIdentity, User
from accounts.permissions import can_manage_people, can_set_password
from accounts.single_sign_on.begun import Identity
from audit.record import record
from audit.transactions import retried

# Without 0, 1, I, L, O and U, which are read or typed as another one.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_LENGTH, _GROUP = 16, 4


def known_person(identity: Identity) -> User | None:
    """Return the person whom this identity signs in, active or not."""
    found = SignInIdentity.objects.filter(
        issuer=identity.issuer, subject=identity.subject, ended_at__isnull=True
    )
    link = found.select_related("user__member").first()
    return link.user if link else None


@retried
def make_sign_in_code(*, person_id: UUID, by: User, at: datetime) -> tuple[User, str]:
    """Make the code that links a person, and return it with them, to be mailed.

    An earlier code no longer works. Raises User.DoesNotExist, PermissionDenied, or
    ValidationError with code `not_invited`.
    """
    if not can_manage_people(by):
        raise PermissionDenied
    person = _locked(person_id)
    if not _is_invited(person):
        raise ValidationError(
            _(
                "A code is for invited people only. This person can link single"
                " sign-on under “Your account”."
            ),
            code="not_invited",
        )
    code = "".join(secrets.choice(_LETTERS) for _each in range(_LENGTH))
    SignInCode.objects.filter(user=person).delete()
    SignInCode.objects.create(
        user=person,
        digest=_digest_of(code),
        made_at=at,
        expires_at=at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
    )
    _record("user.make_sign_in_code", person, by=by, at=at)
    groups = (code[place : place + _GROUP] for place in range(0, _LENGTH, _GROUP))
    return person, "-".join(groups)


@transaction.atomic
def link_by_code(*, code: str, identity: Identity, at: datetime) -> User:
    """Link the invited person who was sent this code, and return them.

    They have accepted the invitation by it. Raises ValidationError with code
    `wrong_code` or `identity_taken`.
    """
    found = SignInCode.objects.select_for_update()
    kept = found.filter(digest=_digest_of(code), expires_at__gt=at).first()
    person = _locked(kept.user_id) if kept else None
    if kept is None or person is None or not _is_invited(person):
        raise ValidationError(
            _(
                "This code does not work. It may have expired, or been used. Check it,"
                " or ask an administrator for a new one."
            ),
            code="wrong_code",
        )
    kept.delete()
    _link(person, identity, at=at)
    # No one knows it. With it the account is no longer merely invited, and the mailed
    # link of the invitation works no more.
    person.set_password(secrets.token_urlsafe(48))
    person.save(update_fields=["password"])
    return person


@transaction.atomic
def link_own(*, identity: Identity, by: User, at: datetime) -> None:
    """Link the person who asks. They have just shown who they are, here and there.

    Raises PermissionDenied, or ValidationError with code `already_linked` or
    `identity_taken`.
    """
    person = _locked(by.pk)
    if not can_set_password(person):
        raise PermissionDenied
    _link(person, identity, at=at)


@transaction.atomic
def end_own_identity(*, by: User, at: datetime) -> bool:
    """End the person's own link. Return False if they have none."""
    person = _locked(by.pk)
    return end_identity_of(person, by=by, at=at)


@transaction.atomic
def end_identity(*, person_id: UUID, by: User, at: datetime) -> User:
    """End a person's link, their code and their sessions. They can sign in otherwise.

    It gives no one any access, so one administrator is enough. Raises
    User.DoesNotExist or PermissionDenied.
    """
    if not can_manage_people(by):
        raise PermissionDenied
    person = _locked(person_id)
    if end_identity_of(person, by=by, at=at):
        end_all_sessions(person=person, by=by, at=at)
    return person


def end_identity_of(person: User, *, by: User | None, at: datetime) -> bool:
    """End the link and the code of a person whose row the caller has locked.

    `by=None` is the system, at the end of the person's roles: the row then names the
    person, and the event no one. Return False if they had no link.
    """
    SignInCode.objects.filter(user=person).delete()
    ended = _open_links(person).update(ended_at=at, ended_by=by or person)
    if ended:
        _record("user.end_identity", person, by=by, at=at)
    return bool(ended)


def _locked(person_id: UUID) -> User:
    """Return the person, locked. Acts on one account follow each other."""
    return User.objects.people().select_for_update(no_key=True).get(pk=person_id)


def _is_invited(person: User) -> bool:
    return can_set_password(person) and not person.has_usable_password()


def _link(person: User, identity: Identity, *, at: datetime) -> None:
    if _open_links(person).exists():
        raise ValidationError(
            _("Your account is linked with single sign-on. End that link first."),
            code="already_linked",
        )
    try:
        with transaction.atomic():
            SignInIdentity.objects.create(
                user=person,
                issuer=identity.issuer,
                subject=identity.subject,
                linked_at=at,
            )
    except IntegrityError as error:
        raise ValidationError(
            _("This account of your provider is linked with another account here."),
            code="identity_taken",
        ) from error
    _record("user.link_identity", person, by=person, at=at)


def _open_links(person: User) -> QuerySet[SignInIdentity]:
    return SignInIdentity.objects.filter(user=person, ended_at__isnull=True)


def _digest_of(code: str) -> str:
    """Return what is stored of a code, however its groups and letters were typed."""
    letters = "".join(filter(str.isalnum, code)).upper()
    key = f"accounts.sign_in_codes{settings.SECRET_KEY}".encode()
    return hmac.new(key, letters.encode(), sha256).hexdigest()


def _record(verb: str, person: User, *, by: User | None, at: datetime) -> None:
    """Record what was done. The subject stays out: it may be a number of a person."""
    member = person.member_id or ""
    record(verb=verb, target=person, by=by, at=at, member=member)
