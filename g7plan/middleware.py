"""Middleware: the id of a request, clean input, and the reader's time zone."""

import ipaddress
import re
import uuid
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from structlog.contextvars import bound_contextvars

from accounts.dates import Today
from audit.outages import forget_saved

GetResponse = Callable[[HttpRequest], HttpResponse]

# An id from a proxy of ours is used as it is, if it has such a form.
_HARMLESS_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Gives the request an id, for every log line, audit event and the response.

    An id that comes with the request is used only from a trusted proxy. A stranger
    could otherwise write what they like into the record.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forget_saved()
        request_id = _id_from_proxy(request) or uuid.uuid4().hex
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def _id_from_proxy(request: HttpRequest) -> str:
    """Return the id that a trusted proxy gave, or an empty text."""
    given = request.headers.get("X-Request-ID", "")
    if not settings.TRUSTED_PROXIES or not _HARMLESS_ID.fullmatch(given):
        return ""
    try:
        sender = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # the web server listens on a socket file
        return ""
    is_trusted = any(sender in network for network in settings.TRUSTED_PROXIES)
    return given if is_trusted else ""


class CleanInputMiddleware:
    """Answers 400 if a path or query contains a NUL, which PostgreSQL refuses.

    Form fields refuse it with a message, and the API's parser does so for JSON. A
    cookie that contains one (its escapes can) is not one of ours, and is ignored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {
            name: value
            for name, value in request.COOKIES.items()
            if "\x00" not in value
        }
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            if request.path.startswith("/api/"):
                return self.get_response(
                    request
                )  # the API answers in its own error format
            return HttpResponseBadRequest(
                _("The address contains a null character."), content_type="text/plain"
            )
        return self.get_response(request)


class ReaderMiddleware:
    """Sets the instant that decides all rights, the time zone and the caching.

    A page is for its reader only: no shared cache may keep it, and a browser must ask
    again. `no-store` would be too strict: with it some browsers lose the text in a form
    when a person goes back a page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        zone = getattr(request.user, "time_zone", "UTC")
        request.today = Today.of(request.at, zone)  # type: ignore[attr-defined]
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
