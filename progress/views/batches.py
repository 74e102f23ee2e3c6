"""What can be done to many entries at once: labels, questions and next pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from accounts.models import User
from accounts.requests import UserRequest
from accounts.wording.listed import listed
from progress.actions.bulk import Batch
from progress.entries.states import SubmitRecipient, recipient_of
from progress.forms.entries import ClearanceForm
from progress.forms.reasons import ReviewReasonForm, UsualReasonForm
from progress.forms.versions import VersionForm
from progress.permissions import can_review


def _of_delegation(user: User, at: datetime) -> bool:  # noqa: ARG001 - as the others
    return user.delegation is not None


def _head(user: User, at: datetime) -> bool:
    return user.is_head_at(at)


def _reviewer(user: User, at: datetime) -> bool:
    return can_review(user, at=at)


@dataclass(frozen=True)
class BatchPage:
    """The pages of one batch: its button on a list, its question and its results."""

    batch: Batch
    # On the button of the list.
    label: str | Promise
    # On the page that asks, and above the results.
    title: str | Promise
    # How many items are done, with %(count)d for the number.
    done: Promise
    list_route: str
    # Who has the list with its button. Each item is still judged by its own rule.
    is_open_to: Callable[[User, datetime], bool]
    # The form to fill in before it is done, or None where it is done at once.
    form_class: type[VersionForm] | None = None
    text: str | Promise = ""
    is_primary: bool = False

    @property
    def url(self) -> str:
        return reverse(f"progress:{self.route}")

    @property
    def route(self) -> str:
        return f"entry-bulk-{self.batch.replace('_', '-')}"

    @property
    def list_url(self) -> str:
        return reverse(f"progress:{self.list_route}")

    @property
    def field(self) -> str:
        """The name of the form field in which the chosen items are sent."""
        return "commitment" if self.batch is Batch.CARRY_FORWARD else "item"

    def summary(self, *, done: int, refused: int) -> str:
        """Return how many items are done, and how many are not."""
        sentences = [str(self.done % {"count": done})] if done else []
        if refused:
            sentence = ngettext(
                "%(count)d could not be done: see below.",
                "%(count)d could not be done: see below.",
                refused,
            )
            sentences.append(sentence % {"count": refused})
        return listed(sentences, " ")


BATCHES = {
    page.batch: page
    for page in (
        BatchPage(
            Batch.SUBMIT,
            label=_("Send chosen entries for clearance"),
            title=_("Send entries"),
            done=ngettext_lazy(
                "%(count)d entry sent.", "%(count)d entries sent.", "count"
            ),
            list_route="task-list",
            is_open_to=_of_delegation,
            is_primary=True,
        ),
        BatchPage(
            Batch.CARRY_FORWARD,
            label=_("Start chosen entries from the last text"),
            title=_("Start from the last text"),
            done=ngettext_lazy(
                "%(count)d draft created.", "%(count)d drafts created.", "count"
            ),
            list_route="task-list",
            is_open_to=_of_delegation,
        ),
        BatchPage(
            Batch.CLEAR,
            label=_("Clear chosen entries"),
            title=_("Clear on behalf of your member"),
            done=ngettext_lazy(
                "%(count)d entry cleared and sent for review.",
                "%(count)d entries cleared and sent for review.",
                "count",
            ),
            list_route="clearance-list",
            is_open_to=_head,
            form_class=ClearanceForm,
            text=_(
                "They are sent for review at once. The reference and its date are"
                " recorded with each of them."
            ),
        ),
        BatchPage(
            Batch.SEND_BACK,
            label=_("Send back chosen entries"),
            title=_("Send back to your officers"),
            done=ngettext_lazy(
                "%(count)d entry sent back.", "%(count)d entries sent back.", "count"
            ),
            list_route="clearance-list",
            is_open_to=_head,
            form_class=UsualReasonForm,
            text=_(
                "Your officers read this reason with each entry. The Presidency sees"
                " neither the entries nor the reason."
            ),
        ),
        BatchPage(
            Batch.PUBLISH,
            label=_("Publish chosen"),
            title=_("Publish entries"),
            done=ngettext_lazy(
                "%(count)d entry published.", "%(count)d entries published.", "count"
            ),
            list_route="review-list",
            is_open_to=_reviewer,
            form_class=VersionForm,
            text=_(
                "You cannot undo this: a published entry never changes. Only its"
                " delegation can correct or withdraw it, with a new entry."
            ),
        ),
        BatchPage(
            Batch.RETURN,
            label=_("Return chosen"),
            title=_("Return to their delegations"),
            done=ngettext_lazy(
                "%(count)d entry returned.", "%(count)d entries returned.", "count"
            ),
            list_route="review-list",
            is_open_to=_reviewer,
            form_class=ReviewReasonForm,
            text=_(
                "Each delegation reads this reason with its entry. You can still read"
                " the texts as they are now."
            ),
        ),
    )
}


# The button that submits the chosen entries, by who receives them.
SUBMIT_CHOSEN_LABELS = {
    SubmitRecipient.HEAD: BATCHES[Batch.SUBMIT].label,
    SubmitRecipient.PRESIDENCY: _("Send chosen entries to the Presidency"),
    SubmitRecipient.SECOND_REVIEWER: _("Send chosen entries to the second reviewer"),
}


Row = TypeVar("Row")
# A plan's commitments fit on one page of a head of delegation. Each is shown in full.
PAGE_SIZE = 30


def list_page(
    request: UserRequest, rows: Sequence[Row], *, holding: Row | None = None
) -> "Page[Row]":
    """Return the page of a list that is asked for, or else the one with a row."""
    asked = request.GET.get("page")
    if asked is None and holding in rows:
        asked = str(rows.index(holding) // PAGE_SIZE + 1)
    return Paginator(rows, PAGE_SIZE).get_page(asked)


def bar_of(request: UserRequest, *batches: Batch) -> dict[str, object]:
    """Return the buttons of a list, and whether the address chooses all its rows."""
    query = request.GET.copy()
    is_all_chosen = query.pop("choose", None) is not None
    query["choose"] = "all"
    return {
        "batches": [_button(request, batch) for batch in batches],
        "is_all_chosen": is_all_chosen,
        "choose_all_url": f"?{query.urlencode()}",
    }


def _button(request: UserRequest, batch: Batch) -> BatchPage:
    page, member = BATCHES[batch], request.user.member
    if batch is not Batch.SUBMIT or member is None:
        return page
    recipient = recipient_of(member, request.user, request.at)
    return replace(page, label=SUBMIT_CHOSEN_LABELS[recipient])
