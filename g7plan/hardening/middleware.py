"""Headers of every answer that keep other sites and browser features out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from g7plan.settings_of.hardening import (
    CSP_REPORTS_PATH,
    PERMISSIONS_POLICY,
    REPORTING_ENDPOINTS,
)


class HardeningMiddleware:
    """Sets headers that Django and django-csp do not set.

    No other site may load an answer as part of its pages. A page may not use features
    of the browser that ours never need. And a report of a browser is read without the
    cookies that it brings: nothing after this can tell whose browser it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == CSP_REPORTS_PATH:
            request.META.pop("HTTP_COOKIE", None)
            request.__dict__.pop("COOKIES", None)
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
            response.headers.setdefault("Reporting-Endpoints", REPORTING_ENDPOINTS)
        return response
