"""What a session keeps of a sign-in at the provider: also whether of two factors."""

from collections.abc import Mapping

from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from django.http import HttpRequest

from accounts.models import User
from accounts.single_sign_on.begun import Identity

METHOD = "single_sign_on"


def note_authentication(request: HttpRequest, person: User, identity: Identity) -> None:
    """Keep in the session that its person has shown who they are at the provider.

    Imports private names. Tried with django-allauth 65.21.
    """
    record_authentication(
        request,
        person,
        method=METHOD,
        second_factor=identity.has_second_factor,
    )


def is_of_two_factors(step: Mapping[str, object]) -> bool:
    """Return whether this step of a sign-in was at the provider, with two factors.

    `OIDC_SECOND_FACTORS` says which of its second factors count here.
    """
    return step.get("method") == METHOD and step.get("second_factor") is True


def came_from_provider(request: HttpRequest, person: User) -> bool:
    """Return whether this session's person has shown who they are at the provider."""
    steps = get_authentication_records(request, person)
    return any(step.get("method") == METHOD for step in steps)
