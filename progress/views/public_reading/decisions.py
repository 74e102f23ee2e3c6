"""Whether anyone may read clear entries: the decision, its steps and its past."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.day_sentences import day_as
from accounts.requests import UserRequest
from accounts.views.recently_signed_in import recently_signed_in
from accounts.wording.listed import listed
from progress.actions.public_reading.decisions import (
    confirm_public_reading,
    end_public_reading,
    propose_public_reading,
)
from progress.models import NOTICE_DAYS, PublicReading
from progress.permissions import (
    can_confirm_public_reading,
    can_end_public_reading,
    can_propose_public_reading,
    can_withdraw_public_agreement,
)

PAGE = "progress:public-reading"
# Decisions that are over: so many are listed.
MOST_OVER = 50
PEOPLE = ("proposed_by", "confirmed_by", "ended_by")


@require_safe
def public_reading(request: UserRequest) -> HttpResponse:
    """Show whether public reading is off, proposed, announced or on."""
    user, at = request.user, request.at
    rows = list(
        PublicReading.objects.select_related(*PEOPLE).order_by("-proposed_at", "pk")[
            : MOST_OVER + 1
        ]
    )
    reading = next((row for row in rows if row.ended_at is None), None)
    context = {
        "reading": reading,
        "state": reading.state_at(at) if reading else None,
        "over": [row for row in rows if row.ended_at is not None],
        # Only administrators learn who of them decided.
        "names_people": can_propose_public_reading(user),
        "can_propose": reading is None and can_propose_public_reading(user),
        "can_confirm": reading is not None and _can_confirm(request, reading),
        "can_end": reading is not None and can_end_public_reading(user, at=at),
        "is_head": can_withdraw_public_agreement(user, at=at),
        "notice_days": NOTICE_DAYS,
    }
    return render(request, "progress/public_reading/public_reading.html", context)


def _can_confirm(request: UserRequest, reading: PublicReading) -> bool:
    is_proposed = reading.confirmed_at is None
    return is_proposed and can_confirm_public_reading(request.user, reading)


@dataclass(frozen=True)
class DecisionStep:
    """One step of a decision: what its page asks, and what it does."""

    title: Promise
    text: Promise
    button: Promise
    done: Promise
    act: Callable[..., PublicReading]
    may: Callable[[UserRequest, PublicReading], bool]
    is_danger: bool = False


STEPS = {
    "confirm": DecisionStep(
        title=gettext_lazy("Confirm public reading?"),
        text=gettext_lazy(
            "All heads of delegation are notified. It starts by itself on %(start)s:"
            " from then on anyone can read, without an account, the entries labelled"
            " TLP:CLEAR that are published after that."
        ),
        button=gettext_lazy("Confirm public reading"),
        done=gettext_lazy(
            "Public reading is confirmed. It starts by itself in %(days)s days. All"
            " heads are notified."
        ),
        act=confirm_public_reading,
        may=lambda request, reading: can_confirm_public_reading(request.user, reading),
    ),
    "end": DecisionStep(
        title=gettext_lazy("Turn public reading off?"),
        text=gettext_lazy(
            "The public pages answer “not found” at once. Browsers and proxies may keep"
            " a page for five minutes more. To turn it on again, two administrators and"
            " a notice of %(days)s days are needed."
        ),
        button=gettext_lazy("Turn public reading off"),
        done=gettext_lazy("Public reading is off."),
        act=end_public_reading,
        may=lambda request, _reading: can_end_public_reading(
            request.user, at=request.at
        ),
        is_danger=True,
    ),
}


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def public_reading_propose(request: UserRequest) -> HttpResponse:
    """Ask whether to propose public reading, and propose it."""
    if not can_propose_public_reading(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _done(
            request,
            lambda: propose_public_reading(by=request.user, at=request.at),
            _("Public reading is proposed. Another administrator can confirm it."),
        )
    context = {
        "title": _("Propose public reading?"),
        "text": _(
            "Another administrator has to confirm it. Then all heads of delegation are"
            " notified, and it starts by itself %(days)s days later."
        )
        % {"days": NOTICE_DAYS},
        "button_label": _("Propose public reading"),
        "action_url": request.path,
    }
    return _ask(request, context)


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def public_reading_step(request: UserRequest, pk: UUID, name: str) -> HttpResponse:
    """Ask whether to take a step of a decision, and take it."""
    reading, step = get_object_or_404(PublicReading, pk=pk), STEPS[name]
    if not step.may(request, reading):
        raise PermissionDenied
    start = request.today.offered + timedelta(days=NOTICE_DAYS)
    words = {"days": NOTICE_DAYS, "start": day_as(start)}
    if request.method == "POST":
        return _done(
            request,
            lambda: step.act(reading_id=pk, by=request.user, at=request.at),
            str(step.done) % words,
        )
    context = {
        "title": step.title,
        "text": str(step.text) % words,
        "button_label": step.button,
        "action_url": request.path,
        "is_danger": step.is_danger,
    }
    return _ask(request, context)


def _ask(request: UserRequest, context: Mapping[str, object]) -> HttpResponse:
    page = reverse(PAGE)
    breadcrumb = [{"label": _("Public reading"), "url": page}]
    return render(
        request,
        "progress/public_reading/step.html",
        {"cancel_url": page, "breadcrumb": breadcrumb, **context},
    )


def _done(
    request: UserRequest, act: Callable[[], PublicReading], sentence: str
) -> HttpResponse:
    """Act, and say what was done or why not. Another person may have been quicker."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
    else:
        messages.success(request, sentence)
    return redirect(PAGE)
