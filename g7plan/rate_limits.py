"""The limits of pages. The API counts its own requests: `api.limits`."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.limits.counting import buckets_of, use
from accounts.models import User
from accounts.requests import network_of_client

# Routes that are limited, and the methods that count.
ROUTES = {
    "account_change_password": ("POST", "password-changes"),
    "account_passkey_options": ("POST", "passkeys"),
    "account_reset_password": ("POST", "password-links"),
    "account_reset_password_from_key": ("POST", "password-links"),
    "account_single_sign_on": ("POST", "single-sign-on"),
    "account_single_sign_on_callback": ("GET", "single-sign-on"),
    "account_single_sign_on_link": ("POST", "sign-in"),
    "own-data": ("GET", "downloads"),
    "progress:evidence-file": ("GET", "downloads"),
    "reports:dossier-file": ("GET", "downloads"),
    "reports:report-file": ("GET", "downloads"),
    "reports:report-manifest": ("GET", "downloads"),
    "search": ("GET", "searches"),
    "search-suggestions": ("GET", "suggestions"),
    "verify": ("POST", "verifications"),
}
# Parameters of any page that do more work than showing it.
PARAMETERS = {"format": "downloads", "search": "searches"}


class RateLimitMiddleware:
    """Refuses what a person or a network address does too often.

    Pages without a search or a download are not limited.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        names = _limits_of(request)
        if not names:
            return None
        user = request.user if isinstance(request.user, User) else None
        verdict = use(*buckets_of(names, user, network_of_client(request)))
        return too_many_requests(request, verdict.wait) if verdict.wait else None


def _limits_of(request: HttpRequest) -> list[str]:
    match = request.resolver_match
    if match is None or match.app_names[:1] == ["api"]:
        return []
    method, name = ROUTES.get(match.view_name, ("", ""))
    names = [name] if method == request.method else []
    if request.method == "GET":
        names += [PARAMETERS[given] for given in request.GET if given in PARAMETERS]
    return names


def too_many_requests(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer 429 with the seconds to wait."""
    answer = render(
        request, "429.html", {"wait": wait}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    answer.headers["Retry-After"] = str(wait)
    return answer
