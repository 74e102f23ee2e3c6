"""The page of the chair: the rotation, and what passes over."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from g7plan.presidency import PresidencyPage
from progress.stocktakes.handovers import reads_the_rotation


@require_safe
def presidency(request: UserRequest) -> HttpResponse:
    if not reads_the_rotation(request.user):
        raise Http404
    page = PresidencyPage(request.user, request.at)
    return render(request, "g7plan/presidency/presidency_list.html", {"page": page})
