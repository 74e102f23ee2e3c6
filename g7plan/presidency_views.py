"""The page of the Presidency: the rotation, and what is handed over."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from g7plan.presidency import PresidencyPage


@require_safe
def presidency(request: UserRequest) -> HttpResponse:
    if not request.user.reads_entries:
        raise Http404
    page = PresidencyPage(request.user, request.at)
    return render(request, "g7plan/presidency/presidency_list.html", {"page": page})
