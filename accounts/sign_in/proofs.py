"""Check who is there: every way to sign in, or to confirm it, is limited here.

A password, the code of an app and a recovery code can be guessed, so all three count in
the same buckets. Codes count for their account too, whatever browser they come from. A
passkey and an answer of the provider of single sign-on cannot be guessed, so only their
network address counts, in the same bucket as every other attempt from there.
"""

from collections.abc import Callable
from math import ceil
from typing import TypeVar

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.attempts import (
    Attempt,
    attempt_by_code,
    attempt_from,
    attempt_of,
)
from accounts.actions.second_factors import use_code
from accounts.actions.sign_in import note_refused_sign_in
from accounts.devices import device_digest
from accounts.models import KnownDevice, User
from accounts.requests import client_address, network_of_client
from accounts.second_factors.passkeys import find_shown
from accounts.second_factors.rules import factors_of

Proof = TypeVar("Proof")

# The code of the error that refuses an attempt to sign in.
TOO_MANY = "too_many_attempts"


def prove_by_code(request: HttpRequest, person: User, code: str) -> Authenticator:
    """Return the factor whose code this is, once. Raises ValidationError."""
    return _checked(
        request,
        begin_attempt(request, person.email, counted_by=attempt_by_code),
        lambda: use_code(person=person, code=code),
        email=person.email,
        reason="wrong_code",
    )


def prove_by_password(request: HttpRequest, person: User, password: str) -> None:
    """Check a person's password once more. Raises ValidationError.

    It is not enough for a person who has a second factor.
    """

    def check() -> None:
        if factors_of(person.pk).has_any or not person.check_password(password):
            raise ValidationError(_("This is not your password."), code="wrong")

    attempt = begin_attempt(request, person.email)
    _checked(request, attempt, check, email=person.email, reason="wrong")


def prove_by_passkey(
    request: HttpRequest, person: User | None, credential: str
) -> Authenticator:
    """Return the passkey that was shown: this person's, or any.

    Raises ValidationError.
    """
    email = person.email if person else ""
    return _checked(
        request,
        begin_attempt_from(request, email),
        lambda: find_shown(credential, person),
        email=email,
        reason="wrong_passkey",
    )


def begin_attempt(
    request: HttpRequest,
    email: str,
    counted_by: Callable[..., Attempt] = attempt_of,
) -> Attempt:
    """Count an attempt, or refuse it with the time to wait. Raises ValidationError."""
    device = device_digest(request)
    attempt = counted_by(
        email=email,
        device=device,
        is_known=KnownDevice.objects.of_address(email, device).exists(),
        address=network_of_client(request),
    )
    _begin(request, attempt, email, mail_helps=counted_by is attempt_of)
    return attempt


def begin_attempt_from(request: HttpRequest, email: str = "") -> Attempt:
    """Count an attempt at its network address alone. Raises ValidationError."""
    attempt = attempt_from(address=network_of_client(request))
    _begin(request, attempt, email, mail_helps=False)
    return attempt


def count_refused_answer(request: HttpRequest) -> None:
    """Count an answer of the provider that proved nothing."""
    attempt_from(address=network_of_client(request)).fail()


def note_refusal(request: HttpRequest, email: str, reason: str) -> None:
    note_refused_sign_in(
        email=email,
        address=str(client_address(request) or ""),
        reason=reason,
        at=timezone.now(),
    )


def note_shown(
    request: HttpRequest, factor: Authenticator, *, signs_in_alone: bool = False
) -> None:
    """Keep in the session that its person has shown this factor."""
    post_authentication(request, factor, passwordless=signs_in_alone)


def too_many_attempts(wait: int, *, mail_helps: bool) -> ValidationError:
    """Return the refusal of an attempt, with the seconds until the next is allowed.

    `mail_helps` says that a link by mail lets them try a password at once.
    """
    sentence = _("Too many attempts in a short time. Wait %(time)s, then try again.")
    if mail_helps:
        sentence = _(
            "Too many attempts in a short time. Wait %(time)s, then try again. Or"
            " choose “Forgotten your password?” and use the link in the mail."
        )
    return ValidationError(
        sentence,
        code=TOO_MANY,
        params={"time": _in_words(wait), "seconds": wait},
    )


def _begin(
    request: HttpRequest, attempt: Attempt, email: str, *, mail_helps: bool
) -> None:
    if wait := attempt.begin():
        note_refusal(request, email, TOO_MANY)
        raise too_many_attempts(wait, mail_helps=mail_helps)


def _checked(
    request: HttpRequest,
    attempt: Attempt,
    check: Callable[[], Proof],
    *,
    email: str,
    reason: str,
) -> Proof:
    """Return the proof, and take the attempt back. A wrong one stays counted."""
    try:
        proof = check()
    except ValidationError:
        attempt.fail()
        note_refusal(request, email, reason)
        raise
    attempt.take_back()
    return proof


def _in_words(seconds: int) -> str:
    if seconds < 100:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {
            "count": seconds
        }
    minutes = ceil(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {
        "count": minutes
    }
