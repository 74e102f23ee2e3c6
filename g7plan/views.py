"""Pages that belong to no single app, and the answer to an error in any."""

import sys

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.tour import close_tour
from accounts.requests import UserRequest
from api.problems import CONTENT_TYPE, UNAVAILABLE, Problem, problem_body
from audit.object_storage import FilesAwayError
from audit.outages import RETRY_AFTER_SECONDS, is_outage, may_be_saved, sqlstate_of
from g7plan.home.administration import administration_of
from g7plan.home.page import HomePage
from g7plan.navigation import page_facts
from g7plan.readiness import failing_parts
from g7plan.styleguide import samples
from progress.positions.plan_table import newest_plans
from progress.positions.viewpoint import stocktake_in_hand

logger = structlog.get_logger(__name__)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@require_safe
def home(request: UserRequest) -> HttpResponse:
    """Show what is due from the reader, by when, and what came back."""
    context: dict[str, object] = {
        "administration": administration_of(request.user, request.at),
        "shows_tour": "tour" in request.GET or not request.user.tour_closed_at,
    }
    plans = list(newest_plans().defer("source_text", "preamble"))
    if plans:
        stocktake = stocktake_in_hand(
            plans[0], at=request.at, member=request.user.delegation
        )
        if stocktake is not None:
            stocktake.plan = plans[0]
        facts = page_facts(request.user, request.at)
        context["home"] = HomePage(
            request.user, request.at, plans[0], stocktake, facts.feedback_until
        )
        context["other_plans"] = plans[1:]
    return render(request, "g7plan/home/home.html", context)


@require_POST
def tour_close(request: UserRequest) -> HttpResponse:
    """Close the tour for good. The footer of each page opens it again."""
    close_tour(by=request.user, at=request.at)
    sentence = _("The first steps are closed. Open them again at the bottom of a page.")
    messages.success(request, sentence)
    return redirect("home")


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 if this process answers at all. It asks no other part."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 if this process can serve, for load balancers and monitors."""
    failing = failing_parts()
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def styleguide(request: UserRequest) -> HttpResponse:
    return render(request, "g7plan/styleguide/styleguide.html", samples(at=request.at))


# ---- Errors


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 if the database or the storage is away or busy, and 500 otherwise.

    This is `handler500`. Django calls it for an error in a view and in any middleware,
    inside `except`.
    """
    error = sys.exc_info()[1]
    return unavailable(request, error) if is_outage(error) else _unexpected(request)


def _unexpected(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = defaults.server_error(request)
    return answer


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """Say in words what is away or busy, without asking the database anything."""
    logger.warning(
        "storage_unavailable" if _is_of_storage(error) else "database_unavailable",
        reason=type(getattr(error, "__cause__", None) or error).__name__,
        sqlstate=sqlstate_of(error),
    )
    if hasattr(request, "session"):
        # Saving the session would ask the database. The person stays signed in.
        request.session.modified = False
    if request.path.startswith("/api/"):
        problem = Problem(UNAVAILABLE, str(UNAVAILABLE.meaning))
        answer: HttpResponse = JsonResponse(
            problem_body(problem, request), content_type=CONTENT_TYPE
        )
    else:
        answer = render(None, "503.html", _words_about(request, error))
    answer.status_code = UNAVAILABLE.status
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _words_about(request: HttpRequest, error: BaseException | None) -> dict[str, bool]:
    return {
        "is_change": request.method not in SAFE_METHODS,
        "may_be_saved": may_be_saved(error),
        "is_storage": _is_of_storage(error),
    }


def _is_of_storage(error: BaseException | None) -> bool:
    return isinstance(error, FilesAwayError)
