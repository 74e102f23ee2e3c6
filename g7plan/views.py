"""Pages that belong to no single app."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from g7plan.home import HomePage, administration_of
from g7plan.readiness import failing_parts
from g7plan.styleguide import samples
from progress.models import Stocktake
from progress.positions.plan_table import newest_plans


@require_safe
def home(request: UserRequest) -> HttpResponse:
    """Show what is due from the reader, by when, and what came back."""
    context: dict[str, object] = {
        "administration": administration_of(request.user, request.at)
    }
    plans = list(newest_plans().defer("source_text", "preamble"))
    if plans:
        opened = Stocktake.objects.in_hand_at(request.at).filter(plan=plans[0])
        stocktake = opened.with_time_for(request.user.delegation).first()
        if stocktake is not None:
            stocktake.plan = plans[0]
        context["home"] = HomePage(request.user, request.at, plans[0], stocktake)
        context["other_plans"] = plans[1:]
    return render(request, "g7plan/home/home.html", context)


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
