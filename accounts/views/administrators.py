"""Shared parts of the pages for administrators."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.permissions import can_manage_people
from accounts.requests import UserRequest

Rest = ParamSpec("Rest")
View = Callable[Concatenate[UserRequest, Rest], HttpResponse]


def administrators_only(view: View[Rest]) -> View[Rest]:
    """Answer 404 to everyone who is not an administrator."""

    @wraps(view)
    def guarded(
        request: UserRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        if not can_manage_people(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def tabs(request: UserRequest) -> dict[str, object]:
    """Return the tabs of the lists of people and API keys, for the context."""
    places = [
        (_("People"), reverse("accounts:user-list")),
        (pgettext("of administrators", "Requests"), reverse("accounts:grant-list")),
        (_("API keys"), reverse("progress:api-key-list")),
    ]
    return {
        "tabs_label": _("People, requests and API keys"),
        "tabs": [
            {"label": label, "url": url, "is_current": request.path == url}
            for label, url in places
        ],
    }


def breadcrumb(label: str, route: str) -> list[dict[str, str]]:
    """Return the link back to a list."""
    return [{"label": label, "url": reverse(route)}]
