"""The verbs as a person meets them: what is asked, what it says, where it leads."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import (
    clear_entry,
    recall_entry,
    send_back_entry,
    submit_entry,
)
from progress.actions.drafting import discard_entry
from progress.actions.review import publish_entry, return_entry
from progress.forms.entries import ClearanceForm, ReasonForm, VersionForm
from progress.models import Entry
from progress.transitions import RULES, Verb


@dataclass(frozen=True)
class VerbAct:
    """One verb: its action, its words, and the route one comes to afterwards."""

    verb: Verb
    run: Callable[..., Entry]
    label: str | Promise
    title: str | Promise
    text: str | Promise
    done: str | Promise
    # A list, or "entry-…": a page of the entry the action gave back.
    next_route: str
    is_danger: bool = False
    # The one way on: its button stands first, and out.
    is_forward: bool = False
    # Asked for confirmation even where no reason is given: it cannot be taken back.
    is_final: bool = False

    @property
    def has_reason(self) -> bool:
        return RULES[self.verb].has_reason

    @property
    def form_class(self) -> type[VersionForm]:
        """What is asked beside the version: a reason, or what a signature rests on."""
        if self.verb is Verb.CLEAR:
            return ClearanceForm
        return ReasonForm if self.has_reason else VersionForm

    @property
    def is_confirmed(self) -> bool:
        return self.has_reason or self.is_final

    @property
    def route(self) -> str:
        return f"progress:entry-{self.verb.replace('_', '-')}"

    def next_url(self, entry: Entry) -> str:
        route = f"progress:{self.next_route}"
        pages_of_entry = self.next_route.startswith("entry-")
        return reverse(route, args=[entry.pk] if pages_of_entry else [])


VERB_ACTS = {
    act.verb: act
    for act in (
        VerbAct(
            Verb.SUBMIT,
            submit_entry,
            label=_("Submit"),
            title=_("Submit this entry?"),
            text=_("Until it is published it can be recalled."),
            done=_("The entry is submitted."),
            next_route="entry-detail",
            is_forward=True,
        ),
        VerbAct(
            Verb.SEND_BACK,
            send_back_entry,
            label=_("Send back"),
            title=_("Send this entry back to its officers?"),
            text=_("They read your reason. The Presidency sees neither."),
            done=_("The entry is back with your officers."),
            next_route="clearance-list",
        ),
        VerbAct(
            Verb.CLEAR,
            clear_entry,
            label=_("Clear"),
            title=_("Clear this entry in the name of your member?"),
            text=_("It goes to the Presidency at once."),
            done=_("The entry is cleared and with the Presidency."),
            next_route="clearance-list",
            is_forward=True,
        ),
        VerbAct(
            Verb.RECALL,
            recall_entry,
            label=_("Recall"),
            title=_("Recall this entry?"),
            text=_("It becomes a draft again, and counts as not yet submitted."),
            done=_("The entry is a draft again."),
            next_route="entry-detail",
        ),
        VerbAct(
            Verb.DISCARD,
            discard_entry,
            label=_("Discard"),
            title=_("Discard this draft?"),
            text=_(
                "It cannot be taken up again. Your delegation can still read it, and"
                " what was published before stays."
            ),
            done=_("The draft is discarded."),
            next_route="task-list",
            is_danger=True,
            is_final=True,
        ),
        VerbAct(
            Verb.RETURN,
            return_entry,
            label=_("Return"),
            title=_("Return this entry to its delegation?"),
            text=_("The delegation reads your reason. You keep the text as it is now."),
            done=_("The entry is returned to its delegation."),
            next_route="review-list",
        ),
        VerbAct(
            Verb.PUBLISH,
            publish_entry,
            label=_("Publish"),
            title=_("Publish this entry?"),
            text=_(
                "What is published is never changed. Only the delegation can correct or"
                " withdraw it, by a new entry."
            ),
            done=_("The entry is published."),
            next_route="review-list",
            is_final=True,
            is_forward=True,
        ),
        VerbAct(
            Verb.CORRECT,
            correct_entry,
            label=_("Correct"),
            title=_("Correct this published entry?"),
            text=_(
                "A draft begins from its text. Once published, it takes the place of"
                " this entry, with your reason."
            ),
            done=_("This draft will correct the published entry."),
            next_route="entry-edit",
        ),
        VerbAct(
            Verb.WITHDRAW,
            withdraw_entry,
            label=_("Withdraw"),
            title=_("Withdraw this published entry?"),
            text=_(
                "A withdrawal begins as a draft and goes through clearance and review."
                " Once published, an earlier entry shows again, if there is one."
            ),
            done=_("This draft will withdraw the published entry: submit it to go on."),
            next_route="entry-detail",
            is_danger=True,
        ),
    )
}
