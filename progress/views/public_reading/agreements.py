"""The older clear entries of a delegation, and which of them anyone may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import UserRequest
from accounts.wording.listed import listed
from progress.actions.public_reading.agreements import (
    agree_to_public_reading,
    withdraw_public_agreements,
)
from progress.models import Entry, PublicReading
from progress.permissions import (
    can_agree_to_public_reading,
    can_withdraw_public_agreement,
)
from progress.querysets.entries import EntryQuerySet
from progress.views.lookups import in_plan_order

PAGE = "progress:public-agreement-list"
AGREE, WITHDRAW = "agree", "withdraw"


@dataclass(frozen=True)
class AgreementChoice:
    """What a head chose: an act, and the entries it is about."""

    act: str
    entries: Sequence[Entry]

    @property
    def title(self) -> str:
        count = len(self.entries)
        if self.act == AGREE:
            sentence = ngettext(
                "Show %(count)d older entry to anyone?",
                "Show %(count)d older entries to anyone?",
                count,
            )
        else:
            sentence = ngettext(
                "Hide %(count)d older entry from the public?",
                "Hide %(count)d older entries from the public?",
                count,
            )
        return sentence % {"count": count}

    @property
    def text(self) -> str:
        if self.act == AGREE:
            return _(
                "Anyone can read them on the public pages while public reading is on."
                " You can withdraw the agreement at any time. What someone has copied"
                " by then stays with them."
            )
        return _(
            "They disappear from the public pages at once. Browsers and proxies may"
            " keep a page for five minutes more."
        )

    @property
    def button_label(self) -> str:
        return _("Agree") if self.act == AGREE else _("Withdraw the agreement")

    def carry_out(self, *, by: User, at: datetime) -> str:
        """Act, and return what was done. Raises ValidationError."""
        ids = [entry.pk for entry in self.entries]
        if self.act == AGREE:
            count = agree_to_public_reading(entry_ids=ids, by=by, at=at)
            sentence = ngettext(
                "You agreed to public reading of %(count)d entry.",
                "You agreed to public reading of %(count)d entries.",
                count,
            )
        else:
            count = withdraw_public_agreements(entry_ids=ids, by=by, at=at)
            sentence = ngettext(
                "You withdrew the agreement for %(count)d entry.",
                "You withdrew the agreement for %(count)d entries.",
                count,
            )
        return sentence % {"count": count}


@require_http_methods(["GET", "HEAD", "POST"])
def public_agreement_list(request: UserRequest) -> HttpResponse:
    """List the older clear entries of the head's member. Agree to some, or withdraw."""
    user, at = request.user, request.at
    if not can_withdraw_public_agreement(user, at=at):
        raise Http404
    reading = PublicReading.objects.announced().first()
    entries = list(in_plan_order(_older_entries(user, reading)))
    if request.method == "POST":
        choice = _choice(request, entries)
        if choice.entries and request.POST.get("confirmed"):
            return _carry_out(request, choice)
        if choice.entries:
            return _ask(request, choice)
        messages.error(request, _("Choose at least one entry."))
        return redirect(PAGE)
    context = {
        "reading": reading,
        "state": reading.state_at(at) if reading else None,
        "entries": entries,
        "agreed_count": sum(entry.is_agreed_public for entry in entries),
        "can_agree": reading is not None and can_agree_to_public_reading(user),
        "breadcrumb": _breadcrumb()[:1],
    }
    template = "progress/public_reading/public_agreement_list.html"
    return render(request, template, context)


def _older_entries(user: User, reading: PublicReading | None) -> EntryQuerySet:
    """Return the own clear entries in force that do not show without an agreement.

    Before the start, and while it is off, those are all of them.
    """
    ours = Entry.objects.own_of(user).that_can_be_public().with_public_agreement()
    if reading is not None and reading.starts_at is not None:
        ours = ours.filter(published_at__lt=reading.starts_at)
    return ours.without_text()


def _choice(request: UserRequest, entries: Sequence[Entry]) -> AgreementChoice:
    """Return the chosen entries whose agreement this act would change."""
    act, all_of = request.POST.get("act", ""), request.POST.get("all")
    if act not in {AGREE, WITHDRAW}:
        raise Http404
    if act == AGREE and not can_agree_to_public_reading(request.user):
        raise PermissionDenied
    named = {pk for given in request.POST.getlist("entry") if (pk := _uuid(given))}
    open_to_it = [
        entry for entry in entries if entry.is_agreed_public == (act == WITHDRAW)
    ]
    return AgreementChoice(
        act, [entry for entry in open_to_it if all_of or entry.pk in named]
    )


def _carry_out(request: UserRequest, choice: AgreementChoice) -> HttpResponse:
    try:
        done = choice.carry_out(by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
    else:
        messages.success(request, done)
    return redirect(PAGE)


def _ask(request: UserRequest, choice: AgreementChoice) -> HttpResponse:
    """Ask first, with the chosen entries named: what follows cannot be undone."""
    context = {"choice": choice, "breadcrumb": _breadcrumb()}
    template = "progress/public_reading/public_agreement_confirm.html"
    return render(request, template, context)


def _breadcrumb() -> list[dict[str, str]]:
    return [
        {"label": _("Public reading"), "url": reverse("progress:public-reading")},
        {"label": _("Older entries"), "url": reverse(PAGE)},
    ]


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
