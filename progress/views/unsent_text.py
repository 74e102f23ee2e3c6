"""Keep what was typed when a session has ended or a form is out of date (rule 8).

A form with typed text can be refused before any view sees it, in two cases. After the
session has ended, the middleware would redirect to the sign-in page and drop what was
sent. After signing in again in another tab, the form's token is not the session's any
more. The answer to both is a page that holds all that was typed, to be sent again from
there. The server keeps none of it, since the next person at this machine might find it.
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

# Fields that no one types: the token and the button.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "act"})
# A value that is longer, or has line ends, is shown. Others are hidden fields.
SHORT = 80
# Django's reasons for refusing a form that another site sent. It gets no second try.
FROM_ANOTHER_SITE = ("Origin checking failed", "Referer checking failed")


@dataclass(frozen=True)
class TypedField:
    """One value of the form that was sent."""

    name: str
    value: str

    @property
    def is_text(self) -> bool:
        return len(self.value) > SHORT or "\n" in self.value


def keeps_unsent_text(view: View[Arguments]) -> AnyView[Arguments]:
    """Let a view answer with what was typed if its reader is signed out."""

    @login_not_required
    @wraps(view)
    def kept(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        if request.method == "POST":
            return _unsent_text_page(request)
        return redirect_to_login(request.get_full_path())

    kept.keeps_unsent_text = True  # type: ignore[attr-defined]
    return kept


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is wrong. It is Django's CSRF_FAILURE_VIEW."""
    match = request.resolver_match
    keeps = match is not None and hasattr(match.func, "keeps_unsent_text")
    if keeps and not reason.startswith(FROM_ANOTHER_SITE):
        return _unsent_text_page(request)
    return csrf.csrf_failure(request, reason)


def _unsent_text_page(request: HttpRequest) -> HttpResponse:
    typed = [
        TypedField(name, str(value))
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
    ]
    context = {
        "hidden": [field for field in typed if not field.is_text],
        "texts": [field for field in typed if field.is_text],
        "action_url": request.get_full_path(),
        "had_files": request.content_type == "multipart/form-data",
    }
    return render(request, "progress/entries/unsent_text.html", context, status=403)
