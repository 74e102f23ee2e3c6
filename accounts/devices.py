"""Which browser a request comes from.

A browser is known by a random token in a cookie, of which only a digest is kept. It
says nothing by itself and opens nothing. It is signed so that nobody can make up tokens
and have them looked for.
"""

import secrets
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.querysets import REMEMBERED

DEVICE_COOKIE = "device"


_DEVICE_SALT = "accounts.devices"


def device_token(request: HttpRequest) -> str:
    """The token that this browser has brought, or a new one for it to keep."""
    return _brought_token(request) or secrets.token_urlsafe(32)


def device_digest(request: HttpRequest) -> str:
    """What is kept of the token this browser has brought; empty without one."""
    token = _brought_token(request)
    return digest_of(token) if token else ""


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def keep_token(response: HttpResponse, token: str) -> None:
    response.set_signed_cookie(
        DEVICE_COOKIE,
        token,
        salt=_DEVICE_SALT,
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _brought_token(request: HttpRequest) -> str:
    return (
        request.get_signed_cookie(
            DEVICE_COOKIE, default="", salt=_DEVICE_SALT, max_age=REMEMBERED
        )
        or ""
    )
