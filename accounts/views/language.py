"""The choice of a language, at the foot of every page."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions.people import choose_language
from accounts.models import User
from accounts.profiles import is_page_language
from accounts.requests import UserRequest


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep a language with the person, and in a cookie for pages without sign-in."""
    chosen = request.POST.get("language", "")
    if not is_page_language(chosen):
        return HttpResponseBadRequest(
            _("Choose a language from the list."), content_type="text/plain"
        )
    answer = HttpResponseRedirect(_next_page(request))
    if isinstance(request.user, User):
        choose_language(
            language=chosen, by=request.user, at=cast("UserRequest", request).at
        )
    # The sign-in page speaks it too, when a session has ended.
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    translation.activate(chosen)
    return answer


def _next_page(request: HttpRequest) -> str:
    """Return the page that the person was on, if it is one of ours."""
    page = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if page.startswith("/") and is_safe else "/"
