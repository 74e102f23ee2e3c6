"""What every request passes: its id, clean input, and the reader's own clock."""

import re
import uuid
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from structlog.contextvars import bound_contextvars

type_of_answer = Callable[[HttpRequest], HttpResponse]

# An id from a proxy is the outside's word: only a harmless one is taken over.
_HARMLESS_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestIdMiddleware:
    """One id for the request, in every log line, audit event and the answer."""

    def __init__(self, get_response: type_of_answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _HARMLESS_ID.match(given) else uuid.uuid4().hex
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class CleanInputMiddleware:
    """A NUL in an address or a query is nobody's text and PostgreSQL refuses it: 400.

    Form fields refuse it themselves, in words; the API's parser does for JSON. A cookie
    that holds one (its escapes can) is not one of ours, and is passed over.
    """

    def __init__(self, get_response: type_of_answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {
            name: value
            for name, value in request.COOKIES.items()
            if "\x00" not in value
        }
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            if request.path.startswith("/api/"):
                return self.get_response(request)  # answers in its own error shape
            return HttpResponseBadRequest(
                _("The address holds a null character."), content_type="text/plain"
            )
        return self.get_response(request)


class ReaderMiddleware:
    """The instant of the request, which all its rights are judged by; the zone.

    What a reader was shown is theirs: no cache between may keep it, and a browser only
    while it asks again. Not `no-store`, with which some browsers forget what somebody
    typed into a form as soon as they go a page back.
    """

    def __init__(self, get_response: type_of_answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        zone = getattr(request.user, "time_zone", "UTC")
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
