"""Whether the provider has asked for a second factor, and we trust it in that."""

from typing import Any, cast

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from django.http import HttpRequest

from accounts.models import User
from accounts.single_sign_on.begun import Identity

METHOD = "single_sign_on"


def note_authentication(
    request: HttpRequest, person: User, identity: Identity, *, again: bool = False
) -> None:
    """Keep in the session how a person has shown who they are.

    `again` says that they did so for the second time, as one dangerous act asks.
    Imports private names. Tried with django-allauth 65.21.
    """
    record_authentication(
        request,
        person,
        method=METHOD,
        second_factor=identity.has_second_factor,
        reauthenticated=again or None,
    )


def came_with_second_factor(request: HttpRequest) -> bool:
    """Return whether the last proof in this session was of two factors, elsewhere.

    A password typed after it begins anew.
    """
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    if not isinstance(records, list) or not records:
        return False
    last = cast("dict[str, Any]", records[-1])
    return last.get("method") == METHOD and last.get("second_factor") is True
