"""Clear an entry or send it back, from the clearance page and back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.entries.changes import Change
from progress.entries.shown_text import open_text
from progress.forms.entries import ClearanceForm
from progress.forms.reasons import SendBackForm
from progress.forms.versions import VersionForm
from progress.models import Entry
from progress.transitions import Verb
from progress.views.acts import VERB_ACTS
from progress.views.clearance.desk import (
    DECISIONS,
    DESK_TEMPLATE,
    desk_context,
)
from progress.views.clearance.rows import desk_list
from progress.views.confirming import Data
from progress.views.lookups import find_entry
from progress.views.verbs import VerbConfirmation


@keeps_unsent_text(SendBackForm, ClearanceForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_decision(request: UserRequest, pk: UUID, verb: Verb) -> HttpResponse:
    """Show the clearance page with this entry; clear it or send it back on POST."""
    page = Decision(request, VERB_ACTS[verb], find_entry(request, pk))
    return page.respond() if page.is_permitted() else page.not_permitted()


@dataclass(frozen=True)
class Decision(VerbConfirmation):
    """The clearance page, as it asks again about an entry that could not be decided."""

    template = DESK_TEMPLATE

    def form(self, data: Data = None) -> VersionForm:
        form_class = self.act.form_class
        return form_class(data, auto_id=DECISIONS[self.act.verb])

    def ask(
        self, form: VersionForm, *, is_stale: bool = False, status: int = 200
    ) -> HttpResponse:
        desk = desk_list(self.request)
        context = desk_context(self.request, desk, self.row)
        if is_stale:
            context |= self._since(form, context["opened"])
        context["is_sending_back"] = self.act.verb is Verb.SEND_BACK
        if form.is_bound:
            context[f"{self.act.verb}_form"] = form
        return render(self.request, self.template, context, status=status)

    def _since(self, form: VersionForm, opened: Any) -> Mapping[str, object]:
        """Return what changed since the page was opened. It shows the text as it is."""
        sealed = str(form["shown"].value() or "")
        form.data["shown"] = opened.initial()["shown"]  # type: ignore[index]
        shown = open_text(sealed, self.row.pk)
        change = opened.change
        since = shown and Change(change.entry, change.after, change.entry, shown)
        return {"is_stale": True, "since": since}

    def next_url(self, result: Entry) -> str:
        return f"{reverse('progress:clearance-list')}?after={result.pk}"

    def done_message(self) -> str:
        code = self.row.member_commitment.commitment.code
        return _("%(code)s: %(done)s") % {"code": code, "done": super().done_message()}
