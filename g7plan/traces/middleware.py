"""Middleware that traces each request, where an endpoint for traces is set.

A trace begins here. What a client sends as `traceparent` is not read: a stranger could
otherwise join their requests to the traces of others.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from opentelemetry.trace import SpanKind, Status, StatusCode
from structlog.contextvars import bound_contextvars

from g7plan.traces import sql, tracing

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# They are asked every few seconds.
NOT_TRACED = frozenset({"/healthz", "/readyz"})


class TraceMiddleware:
    """Makes the span of a request: the route, the status, and the request's id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        sql.begin()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in NOT_TRACED:
            return self.get_response(request)
        method = request.method if request.method in METHODS else "_OTHER"
        with tracing.tracer().start_as_current_span(
            str(method),
            kind=SpanKind.SERVER,
            record_exception=False,  # its message may quote what was typed
            set_status_on_exception=False,
        ) as span:
            with bound_contextvars(trace_id=tracing.trace_id_of(span)):
                response = self.get_response(request)
            match = request.resolver_match
            route = match.view_name if match else "(none)"
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": str(method),
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    "g7plan.request_id": response.headers.get("X-Request-ID", ""),
                }
            )
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
            return response
