"""Take what browsers report about breaches of the content security policy.

A report is a line in the log: the directive, the kind of page, and the origin that was
refused. Nothing else of it is kept: no address of a page, no person, no network
address, no part of a script. Anyone can send a report, so it is only a hint.
"""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.limits.counting import Bucket, use
from accounts.requests import network_of_client

log = structlog.get_logger()

LONGEST_REPORT = 16 * 1024
# A browser may send several at once. The first ones tell enough.
MOST_REPORTS = 10
MEDIA_TYPES = frozenset({"application/csp-report", "application/reports+json"})
_DIRECTIVE = re.compile(r"[a-z][a-z-]{1,39}")
_HOST = re.compile(r"[a-z0-9.:\[\]-]{1,100}")
# What a report names instead of an address.
_KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self"})


@login_not_required
@csrf_exempt
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """Log a report and answer 204. It is short, of its media type, and counted."""
    if request.content_type not in MEDIA_TYPES:
        return _plain(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST_REPORT:
        return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    of_address = Bucket("csp-reports-address", network_of_client(request))
    verdict = use(of_address, Bucket("csp-reports", "everyone"))
    if verdict.wait:
        answer = _plain(HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(verdict.wait)
        return answer
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return _plain(HTTPStatus.BAD_REQUEST)
    for report in _reports_in(sent):
        log.warning("csp_violation", **_told(report))
    return _plain(HTTPStatus.NO_CONTENT)


def _plain(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain")


def _reports_in(sent: Any) -> Iterator[dict[str, Any]]:
    """Yield the reports of a body, in the old format or the present one."""
    if isinstance(sent, dict):
        sent = [{"type": "csp-violation", "body": sent.get("csp-report")}]
    if not isinstance(sent, list):
        return
    for one in sent[:MOST_REPORTS]:
        is_ours = isinstance(one, dict) and one.get("type") == "csp-violation"
        if is_ours and isinstance(one.get("body"), dict):
            yield one["body"]


def _told(report: dict[str, Any]) -> dict[str, str]:
    """Return what is logged. A value that is not of its form is "unknown"."""
    directive = _first(report, "effectiveDirective", "effective-directive")
    directive = directive or _first(report, "violated-directive").partition(" ")[0]
    return {
        "directive": directive if _DIRECTIVE.fullmatch(directive) else "unknown",
        "blocked": _origin_of(_first(report, "blockedURL", "blocked-uri")),
        "page": _route_of(_first(report, "documentURL", "document-uri")),
    }


def _first(report: dict[str, Any], *names: str) -> str:
    values = (report.get(name) for name in names)
    return next((value for value in values if isinstance(value, str)), "")


def _origin_of(url: str) -> str:
    """Return a keyword, or an address without its path: that may name a person."""
    if url in _KEYWORDS:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return "unknown"
    if parts.scheme in {"http", "https", "ws", "wss"}:
        host = parts.netloc.rpartition("@")[2].lower()
        return f"{parts.scheme}://{host}" if _HOST.fullmatch(host) else "unknown"
    return parts.scheme if _DIRECTIVE.fullmatch(parts.scheme) else "unknown"


def _route_of(url: str) -> str:
    """Return the name of a page's route, which says nothing of what it shows."""
    try:
        return resolve(urlsplit(url).path).view_name
    except (Resolver404, ValueError):
        return "unknown"
