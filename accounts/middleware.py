"""Note when each session was last used, and the requests that are sent with a key."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from accounts.actions.key_uses import KeyUse, note_use
from accounts.actions.sessions import note_seen
from accounts.models import ApiKey
from accounts.requests import UserRequest, client_address
from accounts.sessions import id_of
from accounts.sign_in.session_store import SIGNED_IN_AT
from accounts.typed.addresses import shortened

# Only every five minutes, because reading a page should not write a row each time.
SEEN_EVERY = timedelta(minutes=5)


class LastSeenMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in_at = request.session.get(SIGNED_IN_AT)
        if signed_in_at is not None and request.session.session_key:
            _note(request.session.session_key, signed_in_at, request)
        return self.get_response(request)


def _note(session_key: str, signed_in_at: float, request: HttpRequest) -> None:
    """Note the use of a session, except in the first minutes after the sign-in."""
    at = cast("UserRequest", request).at
    if at - datetime.fromtimestamp(signed_in_at, UTC) < SEEN_EVERY:
        return
    if cache.add(f"seen:{id_of(session_key)}", 1, timeout=SEEN_EVERY.seconds):
        note_seen(session_key=session_key, at=at)


class KeyUseMiddleware:
    """Notes each request whose key was accepted. A key's authentication names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key: ApiKey | None = getattr(request, "api_key", None)
        if key is not None:
            note_use(_use_of(key, request, response))
        return response


def _use_of(key: ApiKey, request: HttpRequest, response: HttpResponse) -> KeyUse:
    match = request.resolver_match
    return KeyUse(
        key=key.pk,
        at=cast("UserRequest", request).at,
        method=request.method or "",
        route=match.view_name if match else "",
        status=response.status_code,
        network=shortened(client_address(request)),
    )
