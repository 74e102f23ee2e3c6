"""Add and remove second factors, and use their codes.

Each change is mailed to the person. The first factor ends their other sessions, because
those began with a password alone.
"""

from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.sessions import end_other_sessions
from accounts.models import NewDeviceMail, User
from accounts.second_factors.app_codes import (
    SEALER,
    matching_step,
    sealed_secret,
)
from accounts.second_factors.recovery_codes import (
    digest_of_code,
    find_digest,
    new_codes,
)
from accounts.second_factors.rules import (
    Type,
    factors_of,
    requires_second_factor,
)
from audit.record import record
from audit.sealing import SecretUnreadableError

# So many passkeys are more than a person carries.
MOST_PASSKEYS = 10

About = NewDeviceMail.About


@dataclass(frozen=True)
class FactorAdded:
    """What follows a new factor: the mail, and recovery codes with the first one."""

    mail: NewDeviceMail
    codes: list[str]


@transaction.atomic
def add_app(
    *, secret: str, code: str, keep: str | None, by: User, at: datetime
) -> FactorAdded:
    """Add an authenticator app, whose code shows that it has the secret.

    `keep` is the key of the session the person is in. Raises ValidationError.
    """
    _lock(by.pk)
    if factors_of(by.pk).app is not None:
        raise ValidationError(
            _("You have an authenticator app already. Remove it to add another."),
            code="already",
        )
    step = matching_step(secret, code, after=0)
    if step is None:
        raise wrong_code()
    data = {"secret": sealed_secret(by, secret), "last_step": step}
    return _add(Type.TOTP, data, keep=keep, by=by, at=at)


@transaction.atomic
def add_passkey(
    *, name: str, credential: dict[str, Any], keep: str | None, by: User, at: datetime
) -> FactorAdded:
    """Add a passkey that was checked: `second_factors.passkeys.require_new`."""
    _lock(by.pk)
    if len(factors_of(by.pk).passkeys) >= MOST_PASSKEYS:
        raise ValidationError(
            _("You have %(count)d passkeys. Remove one to add another."),
            code="too_many",
            params={"count": MOST_PASSKEYS},
        )
    data = {"name": name, "credential": credential}
    return _add(Type.WEBAUTHN, data, keep=keep, by=by, at=at)


@transaction.atomic
def remove_factor(*, factor_id: int, by: User, at: datetime) -> NewDeviceMail:
    """Remove one of a person's own factors, and with the last one the recovery codes.

    Raises Authenticator.DoesNotExist, or ValidationError if they must keep one.
    """
    _lock(by.pk)
    own = factors_of(by.pk)
    factor = Authenticator.objects.exclude(type=Type.RECOVERY_CODES).get(
        user=by, pk=factor_id
    )
    if own.count == 1 and requires_second_factor(by, at):
        raise ValidationError(
            _(
                "Your role needs a second factor. Add another one before you remove"
                " this one."
            ),
            code="needed",
        )
    factor.delete()
    if own.count == 1 and own.codes is not None:
        own.codes.delete()
    _record("user.remove_second_factor", by, at, kind=factor.type)
    return _mail(by, About.FACTOR_REMOVED, at)


@transaction.atomic
def make_recovery_codes(*, by: User, at: datetime) -> FactorAdded:
    """Make new recovery codes. The earlier ones work no longer."""
    _lock(by.pk)
    if not factors_of(by.pk).has_any:
        raise ValidationError(
            _("Add a passkey or an authenticator app first."), code="no_factor"
        )
    codes = _new_codes(by, at)
    return FactorAdded(_mail(by, About.CODES_MADE, at), codes)


@transaction.atomic
def use_code(*, person: User, code: str) -> Authenticator:
    """Use the code of an app, or a recovery code, once. Raises ValidationError."""
    _lock(person.pk)
    own = factors_of(person.pk)
    if own.app is not None and _use_app_code(own.app, person, code):
        return own.app
    if own.codes is not None and _use_recovery_code(own.codes, code):
        return own.codes
    raise wrong_code()


@transaction.atomic
def remove_all_factors(*, person: User) -> int:
    """Remove every factor of a person whose sign-in is reset. Returns their number."""
    _lock(person.pk)
    _all, deleted = Authenticator.objects.filter(user=person).delete()
    return sum(deleted.values())


def wrong_code() -> ValidationError:
    return ValidationError(
        _("This code is wrong or was used before. Wait for the next one."),
        code="wrong",
    )


def _lock(person_id: UUID) -> None:
    """Let one change of a person's factors follow the other."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)


def _add(
    kind: Type, data: dict[str, Any], *, keep: str | None, by: User, at: datetime
) -> FactorAdded:
    is_first = not factors_of(by.pk).has_any
    Authenticator.objects.create(user=by, type=kind, data=data, created_at=at)
    _record("user.add_second_factor", by, at, kind=kind)
    if is_first:
        end_other_sessions(keep=keep, by=by, at=at)
    codes = _new_codes(by, at) if is_first else []
    return FactorAdded(_mail(by, About.FACTOR_ADDED, at), codes)


def _new_codes(by: User, at: datetime) -> list[str]:
    codes = new_codes()
    digests = [digest_of_code(code) for code in codes]
    Authenticator.objects.update_or_create(
        user=by,
        type=Type.RECOVERY_CODES,
        defaults={"data": {"digests": digests}, "created_at": at},
    )
    _record("user.make_recovery_codes", by, at)
    return codes


def _use_app_code(app: Authenticator, person: User, code: str) -> bool:
    try:
        secret = SEALER.unseal(b64decode(app.data["secret"]), person.pk.bytes)
    except SecretUnreadableError:
        return False
    step = matching_step(secret, code, after=app.data["last_step"])
    if step is None:
        return False
    app.data["last_step"] = step
    app.save(update_fields=["data"])
    return True


def _use_recovery_code(codes: Authenticator, code: str) -> bool:
    digest = find_digest(code, codes.data["digests"])
    if digest is None:
        return False
    codes.data["digests"].remove(digest)
    codes.save(update_fields=["data"])
    return True


def _mail(person: User, about: NewDeviceMail.About, at: datetime) -> NewDeviceMail:
    return NewDeviceMail.objects.create(
        user=person, about=about, signed_in_at=at, due_at=at
    )


def _record(verb: str, by: User, at: datetime, **data: object) -> None:
    record(verb=verb, target=by, by=by, at=at, member=by.member_id or "", data=data)
