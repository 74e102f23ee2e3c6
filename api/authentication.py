"""Authentication by API key: `Authorization: Bearer g7p_…`."""

from typing import cast

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.backends import find_api_key
from accounts.models import ApiKey, User
from accounts.requests import client_address
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
