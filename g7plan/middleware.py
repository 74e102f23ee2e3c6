"""Middleware: compression, request ids, clean input, second factors, forms."""

import ipaddress
import re
import uuid
import zoneinfo
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from structlog.contextvars import bound_contextvars

from accounts.actions.form_tokens import AlreadySentError, Press, finish_claim
from accounts.dates import Today
from accounts.models import FormToken, User
from accounts.second_factors.rules import is_shown, requires_second_factor
from accounts.views.unsent_text import second_factor_missing, sent_before_page
from api.problems import UNAVAILABLE
from audit.outages import forget_saved
from audit.transactions import writing_first
from g7plan.navigation import page_facts
from progress.entries.markdown_runs import VISIBLE_MARK

GetResponse = Callable[[HttpRequest], HttpResponse]

# An id from a proxy of ours is used as it is, if it has such a form.
_HARMLESS_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


# U+202A to U+202E, in UTF-8.
_OVERRIDES = re.compile(b"\xe2\x80[\xaa-\xae]")
_VISIBLE_MARK = VISIBLE_MARK.encode()


# Text. PDF, XLSX and DOCX files are compressed inside.
_COMPRESSIBLE = re.compile(
    r"text/|image/svg\+xml|application/(?:[\w.-]+\+)?(?:json|jsonl|x-ndjson|xml)\b"
    r"|application/vnd\.oai\.openapi"
)
_WEAK = re.compile(r'(?:^|(?<=,))\s*W/(?=")')


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages and answers of the API, and leaves files as they are.

    Each answer gets a random length of padding, so that its size does not tell what is
    in it (the BREACH attack).

    Compression makes a strong `ETag` weak, because the bytes differ. `If-Match` accepts
    only strong tags, so this removes the mark when a client sends the tag back.
    """

    def process_request(self, request: HttpRequest) -> None:
        if "HTTP_IF_MATCH" in request.META:
            request.META["HTTP_IF_MATCH"] = _WEAK.sub("", request.META["HTTP_IF_MATCH"])

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not _COMPRESSIBLE.match(response.headers.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


# What RFC 9110 wants in an answer 304, and what is about this one request.
_OF_NOT_MODIFIED = {
    "cache-control", "content-location", "date", "deprecation", "etag", "expires",
    "link", "ratelimit", "sunset", "vary", "x-request-id",
}  # fmt: skip


class NotModifiedMiddleware:
    """Keeps answers 304 short: the client has all other headers from the 200 before.

    Machines that poll get hundreds of them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 304:
            for name in list(response.headers):
                if name.lower() not in _OF_NOT_MODIFIED:
                    del response.headers[name]
        return response


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
    """Sets the instant that decides all rights, the time zone, language and caching.

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
        if isinstance(request.user, User):
            page_facts(request.user, request.at)  # type: ignore[attr-defined]
        language = _language_of(request)
        # Not `override`: what is streamed is written after this returns.
        translation.activate(language)
        request.LANGUAGE_CODE = language
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


@receiver(request_finished)
def forget_language(**_signal: object) -> None:
    """Leave no language to the next request that this thread answers."""
    translation.deactivate()


def _language_of(request: HttpRequest) -> str:
    """Return the language of a page: the person's, or what the browser asks for.

    The API is in English, so that programs can rely on its words. A stranger's choice
    is in a cookie, which the page for checking a report does not read.
    """
    if request.path_info.startswith("/api/"):
        return settings.LANGUAGE_CODE
    if isinstance(request.user, User) and request.user.language:
        return request.user.language
    if request.path_info == "/verify/":
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        return translation.get_language_from_request(request)
    return translation.get_language() or settings.LANGUAGE_CODE


class VisibleLettersMiddleware:
    """Shows a mark in each page for a character that turns letters around.

    New texts cannot have one. In an older text it would make a page show other letters
    than those that are stored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming:
            response.content = _OVERRIDES.sub(_VISIBLE_MARK, response.content)
        return response


class FormTokenMiddleware:
    """Answers the second press of a form that creates with what the first one made.

    It is the innermost: forms from other sites and of people without a session never
    reach it. See `accounts.actions.form_tokens`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return self.get_response(request)
        claims: list[FormToken] = []
        with writing_first(partial(_claim, request, claims)):
            response = self.get_response(request)
        if response.status_code == UNAVAILABLE.status:
            # The database may be away. What a saved claim made must be looked for.
            return response
        made_url = getattr(response, "made_url", response.headers.get("Location"))
        for claim in claims:
            finish_claim(claim, made_url)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Answer a second press before it is checked again.

        A form with files is read by its view alone, which chooses how. Its second press
        is answered once the view acts.
        """
        if request.method != "POST" or request.content_type == "multipart/form-data":
            return None
        press = _press_of(request)
        first = press.answered_first() if press else None
        return _answer_again(request, press, first) if press and first else None

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Answer the slower of two presses at the same time."""
        press = _press_of(request) if isinstance(error, AlreadySentError) else None
        return _answer_again(request, press, press.answered_first()) if press else None


def _press_of(request: HttpRequest) -> Press | None:
    if not request.user.is_authenticated:
        return None
    at = request.at  # type: ignore[attr-defined]
    form, path = request.POST, request.path
    return Press.of(form, path=path, user=request.user, at=at)


def _claim(request: HttpRequest, claims: list[FormToken]) -> None:
    """Write the token in the transaction of the first act, if the form has one."""
    press = _press_of(request)
    if press is not None:
        claims.append(press.claim())


def _answer_again(
    request: HttpRequest, press: Press, first: FormToken | None
) -> HttpResponse:
    """Show what the first press made. What was typed differently is kept as well."""
    if first is None or not first.made_url:
        sentence = _(
            "You sent this form before, and the first press is not answered yet. Look"
            " for what it created before you send the form again."
        )
        messages.info(request, sentence)
        return redirect(request.path)
    if first.content_hash != press.content_hash:
        return sent_before_page(request, first.made_url)
    sentence = _(
        "You sent this form before, so nothing new was created. This is the result of"
        " the first time."
    )
    messages.info(request, sentence)
    return redirect(first.made_url)


# What a person without a needed second factor may use: their sign-in and the guides.
_OPEN_WITHOUT_FACTOR = frozenset({"language", "readyz", "healthz"})
_OPEN_PREFIXES = ("account_", "mfa_", "guide-", "api:")


class SecondFactorMiddleware:
    """Leads a person whose session has shown no second factor to set one up.

    It holds for pages and files. `api.authentication` does the same for the API. What
    was typed while an administrator gave the role is kept.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or is_shown(request.session):
            return None
        if _is_open_without_factor(request):
            return None
        if not requires_second_factor(user, request.at):  # type: ignore[attr-defined]
            return None
        if request.method == "POST":
            return second_factor_missing(request)
        return redirect("account_second_factors")


def _is_open_without_factor(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in _OPEN_WITHOUT_FACTOR or name.startswith(_OPEN_PREFIXES)
