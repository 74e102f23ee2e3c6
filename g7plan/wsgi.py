"""The web server's entry point."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from g7plan.logs import without_tokens

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")
if not settings.configured:  # otherwise another entry point has loaded them
    os.environ.setdefault("PROCESS", "web")

CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)
PASSWORD_KEY = re.compile(r"(?<=/password/reset/key/)[^/]+")
WITHOUT_COOKIES = re.compile(r"/healthz|/readyz|/feeds/[^/]+/[\w-]+\.(?:atom|ics)")
Application = Callable[..., Iterable[bytes]]


class Entrance:
    """Corrects what a client claims, before other code reads it.

    Requests are UTF-8, whatever character set a header names. Django would decode with
    any codec of Python. Some codecs do not decode text, and the request would fail
    before any middleware. Others give text that no database can store.

    The web server logs the decoded path, with line ends. `LOGGED_PATH` is the path in
    one line, and without the secrets of a password link and of a private feed.

    `/healthz` and `/readyz` are answered without cookies, so that they ask for no
    session and no person: their tables may be locked. So are private feeds, which their
    address alone opens.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = CHARSET.sub("", environ["CONTENT_TYPE"])
        environ["LOGGED_PATH"] = logged_path(environ.get("PATH_INFO", ""))
        if WITHOUT_COOKIES.fullmatch(environ.get("PATH_INFO", "")):
            environ.pop("HTTP_COOKIE", None)
        return self.application(environ, start_response)


def logged_path(path: str) -> str:
    """Return the path for the log. WSGI passes its bytes as Latin-1."""
    return quote(without_tokens(PASSWORD_KEY.sub("...", path)).encode("latin-1"))


def refuse_signing_key() -> None:
    """Refuse to serve pages with the ledger's private key, which one process has."""
    if settings.PRODUCTION and settings.LEDGER_SIGNING_KEY:
        raise ImproperlyConfigured(
            "A web process must not have LEDGER_SIGNING_KEY. Only the signing process"
            " gets it."
        )


refuse_signing_key()
application = Entrance(get_wsgi_application())
