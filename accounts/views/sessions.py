"""A person's active sessions. Each person sees only their own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.sessions import end_other_sessions, end_session
from accounts.history import sign_ins_of
from accounts.requests import UserRequest
from accounts.sessions import OwnSession, sessions_of


@require_safe
def session_list(request: UserRequest) -> HttpResponse:
    sessions = _own(request)
    context = {
        "sessions": sessions,
        "has_others": any(not session.is_current for session in sessions),
        "sign_ins": sign_ins_of(request.user),
        "breadcrumb": [{"label": _("Your account"), "url": reverse("accounts:me")}],
    }
    return render(request, "accounts/sessions/session_list.html", context)


@require_POST
def session_end(request: UserRequest, pk: UUID) -> HttpResponse:
    session = next((own for own in _own(request) if own.id == pk), None)
    if session is None:
        raise Http404
    if session.is_current:
        return redirect("account_logout")
    end_session(session_key=session.key, by=request.user, at=request.at)
    sentence = _("The session with %(browser)s has ended.")
    messages.success(request, sentence % {"browser": session.browser})
    return redirect("accounts:session-list")


def session_end_others(request: UserRequest) -> HttpResponse:
    if request.method != "POST":
        way_back = {
            "label": _("Active sessions"),
            "url": reverse("accounts:session-list"),
        }
        context = {"breadcrumb": [way_back]}
        return render(request, "accounts/sessions/session_end_others.html", context)
    count = end_other_sessions(
        keep=request.session.session_key, by=request.user, at=request.at
    )
    sentence = ngettext(
        "%(count)d other session has ended.",
        "%(count)d other sessions have ended.",
        count,
    )
    messages.success(request, sentence % {"count": count})
    return redirect("accounts:session-list")


def _own(request: UserRequest) -> list[OwnSession]:
    return sessions_of(request.user, current=request.session.session_key, at=request.at)
