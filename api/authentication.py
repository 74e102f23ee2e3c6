"""Authentication by API key, `Authorization: Bearer g7p_…`, or by browser session."""

from typing import cast

from django.utils.translation import gettext as _
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.backends import find_api_key
from accounts.models import ApiKey, User
from accounts.requests import client_address
from accounts.second_factors.rules import is_shown, requires_second_factor
from api.requests import ActorRequest


class ApiKeyAuthentication(BaseAuthentication):
    """Authenticates a key as its service user, narrowed to the key's scopes.

    A key that is used from outside its networks is answered as an unknown one.

    An Authorization header without a valid key is refused, even if the request has a
    browser session: a client that sends a key does not mean to use the session.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        header = get_authorization_header(request)
        if not header:
            return None
        key = _key_of(header, cast("ActorRequest", request))
        if key is None:
            raise AuthenticationFailed(
                _("This key is malformed, unknown, expired or revoked.")
            )
        # `accounts.middleware` notes its use.
        request._request.api_key = key  # type: ignore[attr-defined]  # noqa: SLF001  # DRF has no public name
        return key.acting_user(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _key_of(header: bytes, request: ActorRequest) -> ApiKey | None:
    scheme, _blank, token = header.partition(b" ")
    if scheme.lower() != b"bearer" or not token.isascii():
        return None
    return find_api_key(
        token.strip().decode("ascii"), at=request.at, address=client_address(request)
    )


class BrowserSessionAuthentication(SessionAuthentication):
    """Authenticates a person by their browser's session, with a CSRF token to write.

    A person whose role needs a second factor uses it only once the session has shown
    one, as on the pages.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found: tuple[User, None] | None = super().authenticate(request)
        if found is None:
            return None
        person, at = found[0], cast("ActorRequest", request).at
        if not is_shown(request.session) and requires_second_factor(person, at):
            raise PermissionDenied(
                _("Your role needs a second factor. Set it up in the browser first.")
            )
        return found
