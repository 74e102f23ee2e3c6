"""Passkeys: what a browser is asked, and what it answers (WebAuthn level 2).

Every passkey here is stored on its device and asks for a finger, a face or a PIN. So it
is two factors in one, and signs in without a password. django-allauth keeps the
challenge in the session, and fido2 checks the answer: challenge, origin, signature.
Tried with django-allauth 65.21, whose internal functions these are.
"""

import json
from typing import Any, cast

from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.translation import gettext as _
from fido2.utils import websafe_decode

from accounts.models import User

# What a browser may send as an answer: it is far smaller than this.
MOST_CHARACTERS = 20_000
# What fido2 and allauth raise for an answer that is not of the right form.
_MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    ObjectDoesNotExist,
)


def options_to_add(person: User) -> dict[str, Any]:
    """Return what the browser needs to make a passkey, and keep the challenge."""
    return cast("dict[str, Any]", auth.begin_registration(person, passwordless=True))


def options_to_show(person: User | None) -> dict[str, Any]:
    """Return what the browser needs to show a passkey: this person's, or any."""
    return cast("dict[str, Any]", auth.begin_authentication(person))


def require_new(credential: str) -> dict[str, Any]:
    """Return a new passkey that was checked. Raises ValidationError.

    `credential` is what the browser answered, in JSON.
    """
    try:
        answer = _read(credential)
        auth.parse_registration_response(answer)
        auth.complete_registration(answer)
    except (*_MALFORMED, ValidationError) as error:
        auth.clear_state()
        raise not_accepted() from error
    return answer


def find_shown(credential: str, person: User | None) -> Authenticator:
    """Return the passkey that the browser showed. Raises ValidationError.

    Without a person it says itself whose it is, and its signature proves it.
    """
    try:
        answer = _read(credential)
        auth.parse_authentication_response(answer)
        owner = person or _owner_of(answer)
        return auth.complete_authentication(owner, answer)
    except (*_MALFORMED, ValidationError) as error:
        auth.clear_state()
        raise not_accepted() from error


def not_accepted() -> ValidationError:
    return ValidationError(
        _("This passkey was not accepted. Try again, or use another way."),
        code="wrong",
    )


def _read(credential: str) -> dict[str, Any]:
    if len(credential) > MOST_CHARACTERS:
        raise ValueError
    answer = json.loads(credential)
    if not isinstance(answer, dict):
        raise TypeError
    return answer


def _owner_of(answer: dict[str, Any]) -> User:
    handle = websafe_decode(answer["response"]["userHandle"]).decode()
    return User.objects.get(pk=url_str_to_user_pk(handle))
