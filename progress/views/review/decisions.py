"""Publish an entry or return it, from the review page and back to it.

Publishing is asked in place: a first press opens what it means (the status, and who
will read the entry), and the second one does it. A page of its own for each entry would
hide the text that is decided on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from accounts.wording.names import in_language
from progress.entries.changes import Change
from progress.entries.shown_text import open_text
from progress.forms.reasons import PublishForm, ReturnForm
from progress.forms.versions import VersionForm
from progress.models import Entry, Round
from progress.permissions import can_review
from progress.transitions import Verb
from progress.views.acts import VERB_ACTS
from progress.views.confirming import Data
from progress.views.lookups import find_entry, read_uuid
from progress.views.review.desk import (
    REVIEW_DECISIONS,
    REVIEW_TEMPLATE,
    desk_context,
)
from progress.views.review.queue import LIST_PARAMETERS, review_queue
from progress.views.verbs import VerbConfirmation


@keeps_unsent_text(ReturnForm, PublishForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_review(request: UserRequest, pk: UUID, verb: Verb) -> HttpResponse:
    """Show the review page with this entry; publish it or return it on POST."""
    try:
        row = find_entry(request, pk)
    except Http404:
        return _not_visible(request, pk, verb)
    page = ReviewDecision(request, VERB_ACTS[verb], row)
    return page.respond() if page.is_permitted() else page.not_permitted()


@dataclass(frozen=True)
class ReviewDecision(VerbConfirmation):
    """The review page, as it asks about an entry or says why it cannot be decided."""

    template = REVIEW_TEMPLATE

    def respond(self) -> HttpResponse:
        """Put the reason together without a script, or answer as any decision does."""
        if self.request.method == "POST" and "insert" in self.request.POST:
            typed = self.request.POST.copy()
            form = self.form(typed)
            if isinstance(form, ReturnForm):
                typed["reason"] = form.put_together()
                typed["usual"] = typed["passage"] = ""
                return self.ask(self.form(typed))
        return super().respond()

    def form(self, data: Data = None) -> VersionForm:
        form_class, auto_id = self.act.form_class, REVIEW_DECISIONS[self.act.verb]
        return form_class(data, auto_id=auto_id)

    def ask(
        self, form: VersionForm, *, is_stale: bool = False, status: int = 200
    ) -> HttpResponse:
        queue = review_queue(self.request)
        context = desk_context(self.request, queue, self.row.pk)
        opened = context["opened"]
        if opened is None:
            return self.refusal()  # decided in the meantime
        if is_stale:
            context |= self._since(form, opened)
        context |= {"is_chosen": True, "deciding": self.act.verb}
        if form.is_bound:
            context[f"{self.act.verb}_form"] = form
        return render(self.request, self.template, context, status=status)

    def _since(self, form: Any, opened: Any) -> Mapping[str, object]:
        """Return what changed since the page was opened. It shows the text as it is."""
        sealed = str(form["shown"].value() or "")
        form.data["shown"] = opened.initial()["shown"]
        shown = open_text(sealed, self.row.pk)
        change = opened.change
        since = shown and Change(change.entry, change.after, change.entry, shown)
        return {"is_stale": True, "since": since}

    def refusal(self, error: ValidationError | None = None) -> HttpResponse:
        """Say why it is not possible, and keep the reason that was typed."""
        if not self.is_permitted():
            return self.not_permitted()
        return _decided_page(
            self.request,
            {
                "decided": self.row,
                "decided_heading": _heading(self.row),
                "sentences": error.messages if error else [],
            },
            chosen=self.row.pk if self.is_possible() else None,
            status=409,
        )

    def next_url(self, result: Entry) -> str:  # noqa: ARG002 - as the others
        return _next_url(self.request)

    def done_message(self) -> str:
        return _("%(entry)s: %(done)s") % {
            "entry": _heading(self.row),
            "done": super().done_message(),
        }


def _not_visible(request: UserRequest, pk: UUID, verb: Verb) -> HttpResponse:
    """Answer about an entry that is not there, or not visible to this person.

    Another reviewer may have returned it, or its delegation recalled it. Nothing tells
    which. A reviewer keeps the reason that they typed.
    """
    returned = _own_return(request, pk)
    if verb is Verb.RETURN and returned and _is_repeated(request, returned):
        messages.info(request, _("This entry has been returned to its delegation."))
        return redirect(_next_url(request))
    if request.method != "POST" or not can_review(request.user, at=request.at):
        raise Http404
    return _decided_page(request, {}, status=404)


def _own_return(request: UserRequest, pk: UUID) -> Round | None:
    """Return the last return of an entry, if this person did it."""
    rounds = Round.objects.visible_to(request.user, request.at).filter(entry=pk)
    last = rounds.order_by("-number").first()
    return last if last and last.returned_by_id == request.user.pk else None


def _is_repeated(request: UserRequest, returned: Round) -> bool:
    """Return whether this is a second press: it gives no other reason."""
    if request.method != "POST":
        return True
    form = ReturnForm(request.POST)
    return not form.is_valid() or form.whole_reason == returned.reason


def _decided_page(
    request: UserRequest,
    about: Mapping[str, object],
    *,
    chosen: UUID | None = None,
    status: int,
) -> HttpResponse:
    """Show the list, the state of the entry, and the reason that was typed."""
    typed = ReturnForm(request.POST).put_together() if request.POST else ""
    context = {
        **desk_context(request, review_queue(request), chosen),
        "is_chosen": True,
        "is_decided": True,
        "typed_reason": typed,
        "follows": read_uuid(request.POST.get("next")),
        **about,
    }
    return render(request, REVIEW_TEMPLATE, context, status=status)


def _next_url(request: UserRequest) -> str:
    """Return the address of the next entry, in the list as it was chosen."""
    kept = {name: request.GET.get(name, "") for name in LIST_PARAMETERS}
    kept["next"] = str(read_uuid(request.POST.get("next")) or "")
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse('progress:review-list')}?{query}".rstrip("?")


def _heading(entry: Entry) -> str:
    """Return the member and the code, by which people name an entry."""
    owed = entry.member_commitment
    return f"{in_language(owed.member.name)} {owed.commitment.code}"
