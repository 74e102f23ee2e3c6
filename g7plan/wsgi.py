"""The web server's entry point."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")

CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)
type_of_application = Callable[..., Iterable[bytes]]


class ReadsUtf8:
    """Whatever character set a header claims, what is sent here is UTF-8.

    Django would decode by any codec that Python has. Some decode no text, and then the
    request fails before a middleware sees it; some give what no database can store.
    """

    def __init__(self, application: type_of_application) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = CHARSET.sub("", environ["CONTENT_TYPE"])
        return self.application(environ, start_response)


application = ReadsUtf8(get_wsgi_application())
