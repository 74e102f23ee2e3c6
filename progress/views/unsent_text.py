"""Nothing typed is lost when a session has ended, or a form has grown too old.

Two ways a page with typed text can be refused before any view sees it. Signed out, the
middleware would send the browser to the sign-in page and drop what was sent. Signed in
again in another tab, the form's token is no longer the session's. Both are answered
with a page that holds all that was typed, to be sent again from there; nothing of it is
kept on the server, where the next person at this machine might find it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import csrf

from accounts.requests import UserRequest

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[UserRequest, Arguments], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]

# Not typed by anybody: the token, the button, and the version are no text.
UNTYPED = frozenset({"csrfmiddlewaretoken", "act"})
# Longer than this, or with line ends, a value is shown to be read.
SHORT = 80
# What Django says of a form that another site sent. It gets no second try.
FROM_ELSEWHERE = ("Origin checking failed", "Referer checking failed")


@dataclass(frozen=True)
class Typed:
    name: str
    value: str

    @property
    def is_text(self) -> bool:
        return len(self.value) > SHORT or "\n" in self.value


def keeps_unsent_text(view: View[Arguments]) -> AnyView[Arguments]:
    """For views people type into: signed out, they keep what was sent."""

    @login_not_required
    @wraps(view)
    def kept(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        if request.method == "POST":
            return _typed_text(request)
        return redirect_to_login(request.get_full_path())

    kept.keeps_unsent_text = True  # type: ignore[attr-defined]
    return kept


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    match = request.resolver_match
    keeps = match is not None and hasattr(match.func, "keeps_unsent_text")
    if keeps and not reason.startswith(FROM_ELSEWHERE):
        return _typed_text(request)
    return csrf.csrf_failure(request, reason)


def _typed_text(request: HttpRequest) -> HttpResponse:
    typed = [
        Typed(name, str(value))
        for name, values in request.POST.lists()
        if name not in UNTYPED
        for value in values
    ]
    context = {
        "hidden": [one for one in typed if not one.is_text],
        "texts": [one for one in typed if one.is_text],
        "action_url": request.get_full_path(),
        "had_files": request.content_type == "multipart/form-data",
    }
    return render(request, "progress/entries/entry_kept.html", context, status=403)
