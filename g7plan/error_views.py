"""The answer to an error that no view answers."""

import sys

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

from api.problems import CONTENT_TYPE, UNAVAILABLE, Problem, problem_body
from audit.outages import (
    RETRY_AFTER_SECONDS,
    is_outage,
    may_be_saved,
    sqlstate_of,
)

logger = structlog.get_logger(__name__)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 if the database is away or busy, and 500 otherwise.

    This is `handler500`. Django calls it for an error in a view and in any middleware,
    inside `except`.
    """
    error = sys.exc_info()[1]
    return unavailable(request, error) if is_outage(error) else _unexpected(request)


def _unexpected(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = defaults.server_error(request)
    return answer


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """Say in words that the database is away or busy, without asking it anything."""
    logger.warning(
        "database_unavailable",
        reason=type(getattr(error, "__cause__", None) or error).__name__,
        sqlstate=sqlstate_of(error),
    )
    if hasattr(request, "session"):
        # Saving the session would ask the database. The person stays signed in.
        request.session.modified = False
    if request.path.startswith("/api/"):
        problem = Problem(UNAVAILABLE, str(UNAVAILABLE.meaning))
        answer: HttpResponse = JsonResponse(
            problem_body(problem, request.path), content_type=CONTENT_TYPE
        )
    else:
        context = {
            "is_change": request.method not in SAFE_METHODS,
            "may_be_saved": may_be_saved(error),
        }
        answer = render(None, "503.html", context)
    answer.status_code = UNAVAILABLE.status
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer
