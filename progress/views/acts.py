"""The verbs on an entry as a page offers them: labels, questions and next pages."""

from dataclasses import dataclass

from django.urls import reverse
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
from progress.entries.states import SENT_MESSAGES, SUBMIT_LABELS, SubmitRecipient
from progress.forms.entries import ClearanceForm, ReasonForm
from progress.forms.reasons import PublishForm, ReturnForm, SendBackForm
from progress.models import Entry
from progress.transitions import RULES, Verb
from progress.views.confirming import Act


@dataclass(frozen=True)
class VerbAct(Act):
    """A verb on an entry: what a reader is asked, and where it leads."""

    verb: Verb
    # A list, or "entry-…": a page of the entry that the action returned.
    next_route: str
    # It cannot be undone: the reader is asked even where no reason is given.
    is_final: bool = False

    @property
    def is_confirmed(self) -> bool:
        return RULES[self.verb].has_reason or self.is_final

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
            "entry-sent",
            run=submit_entry,
            # For most members; a page shows what `entries.states` says of this one.
            label=SUBMIT_LABELS[SubmitRecipient.HEAD],
            title=_("Send this entry?"),
            text=_("You can recall it until it is published."),
            done=SENT_MESSAGES[SubmitRecipient.HEAD],
            is_primary=True,
        ),
        VerbAct(
            Verb.SEND_BACK,
            "clearance-list",
            run=send_back_entry,
            form_class=SendBackForm,
            label=_("Send back"),
            title=_("Send this entry back to its officers?"),
            text=_(
                "They read your reason. The Presidency sees neither the entry nor the"
                " reason."
            ),
            done=_("The entry is sent back to your officers."),
        ),
        VerbAct(
            Verb.CLEAR,
            "clearance-list",
            run=clear_entry,
            form_class=ClearanceForm,
            label=_("Clear"),
            title=_("Clear this entry on behalf of your member?"),
            text=_("It is sent for review at once."),
            done=_("The entry is cleared and sent for review."),
            is_primary=True,
        ),
        VerbAct(
            Verb.RECALL,
            "entry-detail",
            run=recall_entry,
            label=_("Recall"),
            title=_("Recall this entry?"),
            text=_("It becomes a draft again, and counts as not yet sent."),
            done=_("The entry is a draft again."),
        ),
        VerbAct(
            Verb.DISCARD,
            "task-list",
            run=discard_entry,
            label=_("Discard"),
            title=_("Discard this draft?"),
            text=_(
                "You cannot undo this. Your delegation can still read the draft, and"
                " what was published before stays published."
            ),
            done=_("The draft is discarded."),
            is_danger=True,
            is_final=True,
        ),
        VerbAct(
            Verb.RETURN,
            "review-list",
            run=return_entry,
            form_class=ReturnForm,
            label=_("Return"),
            title=_("Return this entry to its delegation?"),
            text=_(
                "The delegation reads your reason. You can still read the text as it is"
                " now."
            ),
            done=_("The entry is returned to its delegation."),
        ),
        VerbAct(
            Verb.PUBLISH,
            "review-list",
            run=publish_entry,
            form_class=PublishForm,
            label=_("Publish"),
            title=_("Publish this entry?"),
            text=_(
                "You cannot undo this: a published entry never changes. Only the"
                " delegation can correct or withdraw it, with a new entry."
            ),
            done=_("The entry is published."),
            is_final=True,
            is_primary=True,
        ),
        VerbAct(
            Verb.CORRECT,
            "entry-edit",
            run=correct_entry,
            form_class=ReasonForm,
            label=_("Correct"),
            title=_("Correct this published entry?"),
            text=_(
                "This starts a draft with the same text. Once published, the correction"
                " replaces this entry and shows your reason."
            ),
            done=_(
                "The draft is created. Edit it: once published, it corrects the entry."
            ),
        ),
        VerbAct(
            Verb.WITHDRAW,
            "entry-detail",
            run=withdraw_entry,
            form_class=ReasonForm,
            label=_("Withdraw"),
            title=_("Withdraw this published entry?"),
            text=_(
                "A withdrawal starts as a draft and goes through clearance and review."
                " Once it is published, the earlier entry is reinstated, if there is"
                " one."
            ),
            done=_(
                "The draft is created. Once cleared and published, it withdraws the"
                " entry."
            ),
            is_danger=True,
        ),
    )
}
