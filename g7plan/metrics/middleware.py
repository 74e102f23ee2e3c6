"""Middleware that measures each request, where `METRICS_PORT` is set."""

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse

from g7plan.metrics.instruments import ANSWERS, SECONDS

READING = frozenset({"GET", "HEAD", "OPTIONS"})
# One name for all that changes something: no one can count publications by it.
CHANGE = "(change)"
NO_ROUTE = "(none)"


class MeasureMiddleware:
    """Counts each answer, and how long it took. It is the outermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began_at = perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        SECONDS.labels(route).observe(perf_counter() - began_at)
        ANSWERS.labels(route, f"{response.status_code // 100}xx").inc()
        return response


def route_of(request: HttpRequest) -> str:
    """Return the name of the route, which holds nothing of the address."""
    if request.method not in READING:
        return CHANGE
    match = request.resolver_match
    return match.view_name if match else NO_ROUTE
