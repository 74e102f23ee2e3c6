"""What the pages share that only administrators know of."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import can_manage_people
from accounts.requests import UserRequest

Rest = ParamSpec("Rest")
View = Callable[Concatenate[UserRequest, Rest], HttpResponse]


def administrators_only(view: View[Rest]) -> View[Rest]:
    """For everybody else there is no such page."""

    @wraps(view)
    def guarded(
        request: UserRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        if not can_manage_people(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def tabs(request: UserRequest) -> dict[str, object]:
    """People, and what acts for people: the context of the two lists."""
    places = [
        (_("People"), reverse("accounts:user-list")),
        (_("API keys"), reverse("accounts:api-key-list")),
    ]
    return {
        "tabs_label": _("Who acts here"),
        "tabs": [
            {"label": label, "url": url, "is_current": request.path == url}
            for label, url in places
        ],
    }


def breadcrumb(label: str, route: str) -> list[dict[str, str]]:
    """The way back to a list."""
    return [{"label": label, "url": reverse(route)}]
