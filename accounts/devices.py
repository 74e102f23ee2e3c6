"""The browser a request comes from.

A browser is recognised by a random token in a cookie. Only a digest of it is stored.
The token gives no access. It is signed, so that a client cannot make up tokens and have
them looked up.
"""

import secrets
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.querysets import REMEMBERED

DEVICE_COOKIE = "device"


_DEVICE_SALT = "accounts.devices"


def device_token(request: HttpRequest) -> str:
    """Return the token this browser has sent, or a new one for it to keep."""
    return _sent_token(request) or secrets.token_urlsafe(32)


def device_digest(request: HttpRequest) -> str:
    """Return the digest of the token this browser has sent, or an empty text."""
    token = _sent_token(request)
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


def _sent_token(request: HttpRequest) -> str:
    return (
        request.get_signed_cookie(
            DEVICE_COOKIE, default="", salt=_DEVICE_SALT, max_age=REMEMBERED
        )
        or ""
    )
