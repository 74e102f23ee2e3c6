"""Nobody whose role needs a second factor goes on without one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.second_factors.rules import is_shown, requires_second_factor
from accounts.views.unsent_text import second_factor_missing

# What such a person may still use: their sign-in, and what tells nothing of entries.
OPEN = frozenset({"language", "readyz", "healthz"})
PREFIXES = ("account_", "mfa_", "guide-", "api:")


class SecondFactorMiddleware:
    """Leads a person whose session has shown no second factor to set one up.

    It holds for pages and files. `api.authentication` does the same for the API. What
    was typed while an administrator gave the role is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or is_shown(request.session) or _is_open(request):
            return None
        if not requires_second_factor(user, request.at):  # type: ignore[attr-defined]
            return None
        if request.method == "POST":
            return second_factor_missing(request)
        return redirect("account_second_factors")


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in OPEN or name.startswith(PREFIXES)
