"""Pages that belong to no one app."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import UserRequest
from g7plan.styleguide import samples


@require_safe
def home(request: UserRequest) -> HttpResponse:
    return render(request, "home.html")


@login_not_required
@require_safe
def readyz(request: UserRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def styleguide(request: UserRequest) -> HttpResponse:
    return render(request, "styleguide.html", samples(at=request.at))
