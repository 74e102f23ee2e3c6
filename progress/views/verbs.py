"""One route for each verb on an entry: GET asks, POST acts on the version shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.transition import was_just_done
from progress.entries.signatories import own_words_refusal, signing_notice
from progress.entries.states import sent_message, submit_label
from progress.forms.entries import ReasonForm
from progress.forms.versions import VersionForm
from progress.models import Entry
from progress.permissions import can
from progress.transitions import Verb, is_legal
from progress.views.acts import VERB_ACTS, VerbAct
from progress.views.confirming import EntryConfirmation, refusal_page
from progress.views.editor.page import not_sent_page
from progress.views.lookups import find_entry


@keeps_unsent_text(ReasonForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_verb(request: UserRequest, pk: UUID, verb: Verb) -> HttpResponse:
    page = VerbConfirmation(request, VERB_ACTS[verb], find_entry(request, pk))
    return page.respond() if page.is_permitted() else page.not_permitted()


@dataclass(frozen=True)
class VerbConfirmation(EntryConfirmation):
    """The page of one verb on one entry."""

    act: VerbAct

    def is_permitted(self) -> bool:
        return can(self.act.verb, self.request.user, self.row, at=self.request.at)

    def not_permitted(self) -> HttpResponse:
        """Say who can clear the entry to a head who changed it. Others get a 403."""
        user, at = self.request.user, self.request.at
        is_clear = self.act.verb is Verb.CLEAR
        sentence = own_words_refusal(self.row, user, at) if is_clear else ""
        if not sentence:
            raise PermissionDenied
        error = ValidationError(sentence)
        return refusal_page(self.request, self.row, error, status=403)

    def is_possible(self) -> bool:
        return self.is_permitted() and is_legal(self.act.verb, self.row)

    def was_just_done(self, form: VersionForm) -> bool:
        user, version = self.request.user, form.named_version
        return was_just_done(self.act.verb, self.row, by=user, version=version)

    def refusal(self, error: ValidationError | None = None) -> HttpResponse:
        if not self.is_permitted():
            return self.not_permitted()
        if error is not None and self.act.verb is Verb.SUBMIT:
            return not_sent_page(self.request, self.row, error)
        return super().refusal(error)

    def context(self) -> Mapping[str, object]:
        """Warn a head that they cannot clear a correction or withdrawal they begin."""
        if self.act.verb not in {Verb.CORRECT, Verb.WITHDRAW}:
            return super().context()
        begun = Entry(member_commitment=self.row.member_commitment)
        signing = signing_notice(begun, self.request.user, self.request.at)
        return {**super().context(), "signing": signing}

    def label(self) -> str:
        if self.act.verb is not Verb.SUBMIT:
            return super().label()
        return submit_label(self._member, self.request.user, self.request.at)

    def done_message(self) -> str:
        if self.act.verb is not Verb.SUBMIT:
            return super().done_message()
        return sent_message(self._member, self.request.user, self.request.at)

    @property
    def _member(self) -> Member:
        return self.row.member_commitment.member

    def next_url(self, result: Entry) -> str:
        return self.act.next_url(result)
