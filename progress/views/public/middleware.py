"""What holds for every address under `/public/`, whatever answers there.

No cookie is read or set, an answer may be kept for five minutes at most, clients are
limited by their address, and there is one answer to all that anyone may not read.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response

from accounts.limits.counting import Bucket, use
from accounts.requests import network_of_client
from progress.public_reading.reader import public_since

PREFIX = "/public"
# Seconds. What is superseded, withdrawn or erased is in no cache for longer.
KEPT_FOR = 300
CACHED = f"public, max-age={KEPT_FOR}, s-maxage={KEPT_FOR}"
KEPT = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, HTTPStatus.NOT_FOUND})
FILE_ROUTES = frozenset(
    {
        "public:evidence-file", "public-reports:report-file",
        "public-reports:report-manifest",
    }
)  # fmt: skip


class PublicRequest(HttpRequest):
    """A request of anyone, who may read what was published since `public_since`."""

    at: datetime
    public_since: datetime


class PublicReadingMiddleware:
    """Answers for public addresses. It comes before all that knows of a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_public(request):
            return self.get_response(request)
        # Nothing that comes after this can tell who asks.
        request.META.pop("HTTP_COOKIE", None)
        request.__dict__.pop("COOKIES", None)
        return _finished(request, self._answer(request))

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or the one answer where there is none for the public."""
        since = public_since() if request.method in {"GET", "HEAD"} else None
        if since is None:
            return not_found(request)
        verdict = use(Bucket("public-pages-address", network_of_client(request)))
        if verdict.wait:
            return too_many(request, verdict.wait)
        request.public_since = since  # type: ignore[attr-defined]
        answer = self.get_response(request)
        is_missing = answer.status_code == HTTPStatus.NOT_FOUND
        return not_found(request) if is_missing else answer

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Limit files by a number of their own: they are larger than pages."""
        match = request.resolver_match
        if match is None or match.view_name not in FILE_ROUTES:
            return None
        verdict = use(Bucket("public-files-address", network_of_client(request)))
        return too_many(request, verdict.wait) if verdict.wait else None


def is_public(request: HttpRequest) -> bool:
    """Return whether the address is one of public reading, with a page or without."""
    path = request.path_info
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def not_found(request: HttpRequest) -> HttpResponse:
    """Return the one answer to all that the public may not read, or that is not there.

    It depends on nothing but the language: not on the address, and not on whether
    public reading is on.
    """
    return _plain(request, "progress/public/not_found.html", HTTPStatus.NOT_FOUND)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer 429 with the seconds to wait."""
    template = "progress/public/too_many_requests.html"
    answer = _plain(request, template, HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _plain(
    request: HttpRequest, template: str, status: HTTPStatus, **context: int
) -> HttpResponse:
    language = translation.get_language_from_request(request)
    told = {"Content-Language": language}
    with translation.override(language):
        page = render_to_string(template, context)
    return HttpResponse(page, status=status, headers=told)


def _finished(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Set how long it is kept, and what it depends on: the language alone."""
    answer.cookies.clear()
    is_kept = answer.status_code in KEPT
    answer.headers["Cache-Control"] = CACHED if is_kept else "no-store"
    answer.headers["Vary"] = "Accept-Language"
    # A page that is superseded or erased must not live on in an index.
    answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    if answer.status_code != HTTPStatus.OK:
        return answer
    tag = sha256(answer.content).hexdigest()[:32]
    answer.headers["ETag"] = f'"{tag}"'
    etag = answer.headers["ETag"]
    return get_conditional_response(request, etag=etag, response=answer) or answer
