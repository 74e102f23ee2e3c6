"""What can be done to many at once, as a person meets it: words, question, way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.forms.entries import ClearanceForm, ReasonForm, VersionForm
from progress.permissions import can_review


def _of_delegation(user: User, at: datetime) -> bool:  # noqa: ARG001 - as the others
    return user.delegation is not None


def _head(user: User, at: datetime) -> bool:  # noqa: ARG001 - as the others
    return user.has_role(Role.HEAD)


def _reviewer(user: User, at: datetime) -> bool:
    return can_review(user, at=at)


@dataclass(frozen=True)
class BatchPage:
    batch: Batch
    # On the list: "Submit chosen". On the page that asks, and above the results: title.
    label: str | Promise
    title: str | Promise
    list_route: str
    # Who has the list it stands on; each item is still judged by its own rule.
    is_open_to: Callable[[User, datetime], bool]
    # What is asked before it is done; None where it is done at once.
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
        """The name under which what is chosen is sent."""
        return "commitment" if self.batch is Batch.CARRY_FORWARD else "item"


BATCHES = {
    page.batch: page
    for page in (
        BatchPage(
            Batch.SUBMIT,
            label=_("Submit chosen"),
            title=_("Submit"),
            list_route="task-list",
            is_open_to=_of_delegation,
            is_primary=True,
        ),
        BatchPage(
            Batch.CONFIRM,
            label=_("Confirm chosen: still true"),
            title=_("Confirm"),
            list_route="task-list",
            is_open_to=_of_delegation,
        ),
        BatchPage(
            Batch.CARRY_FORWARD,
            label=_("Carry chosen forward"),
            title=_("Carry forward"),
            list_route="task-list",
            is_open_to=_of_delegation,
        ),
        BatchPage(
            Batch.CLEAR,
            label=_("Clear chosen"),
            title=_("Clear in the name of your member"),
            list_route="clearance-list",
            is_open_to=_head,
            form_class=ClearanceForm,
            text=_(
                "They go to the Presidency at once. One reference and date stand under"
                " each of them."
            ),
        ),
        BatchPage(
            Batch.SEND_BACK,
            label=_("Send chosen back"),
            title=_("Send back to your officers"),
            list_route="clearance-list",
            is_open_to=_head,
            form_class=ReasonForm,
            text=_(
                "Your officers read this reason with each of them. The Presidency sees"
                " neither."
            ),
        ),
        BatchPage(
            Batch.PUBLISH,
            label=_("Publish chosen"),
            title=_("Publish"),
            list_route="review-list",
            is_open_to=_reviewer,
            form_class=VersionForm,
            text=_(
                "This cannot be taken back: what is published is never changed. Only"
                " its delegation can correct or withdraw it, by a new entry."
            ),
        ),
        BatchPage(
            Batch.RETURN,
            label=_("Return chosen"),
            title=_("Return to their delegations"),
            list_route="review-list",
            is_open_to=_reviewer,
            form_class=ReasonForm,
            text=_(
                "Each delegation reads this reason with its entry. You keep the texts"
                " as they are now."
            ),
        ),
    )
}


def bar_of(request: UserRequest, *batches: Batch) -> dict[str, object]:
    """The buttons of a list, and whether the address asks for all to be chosen."""
    asked = request.GET.copy()
    is_all_chosen = asked.pop("choose", None) is not None
    asked["choose"] = "all"
    return {
        "batches": [BATCHES[batch] for batch in batches],
        "is_all_chosen": is_all_chosen,
        "choose_all_url": f"?{asked.urlencode()}",
    }
