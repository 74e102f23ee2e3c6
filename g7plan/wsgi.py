"""The web server's entry point."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")

CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)
PASSWORD_KEY = re.compile(r"(?<=/password/reset/key/)[^/]+")
type_of_application = Callable[..., Iterable[bytes]]


class Entrance:
    """Puts in order what a client claims, before anything can stumble over it.

    Whatever character set a header names, what is sent here is UTF-8. Django would
    decode by any codec that Python has: some decode no text, and the request fails
    before a middleware sees it; some give what no database can store.

    The web server logs an address decoded, line ends and all. `LOGGED_PATH` is it in
    one line, and without the key by which somebody else could set a password.
    """

    def __init__(self, application: type_of_application) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = CHARSET.sub("", environ["CONTENT_TYPE"])
        environ["LOGGED_PATH"] = logged_path(environ.get("PATH_INFO", ""))
        return self.application(environ, start_response)


def logged_path(path: str) -> str:
    """WSGI hands bytes on as Latin-1."""
    return quote(PASSWORD_KEY.sub("...", path).encode("latin-1"))


application = Entrance(get_wsgi_application())
