"""Releasing an entry that waits for review from its stocktake."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.extensions import is_releasable, release_entry
from progress.forms.entries import ReasonForm
from progress.forms.versions import VersionForm
from progress.models import Entry
from progress.permissions import can_run_stocktakes
from progress.views.confirming import Act, EntryConfirmation
from progress.views.lookups import find_entry


@dataclass(frozen=True)
class ReleaseAct(Act):
    route: str


RELEASE = ReleaseAct(
    "progress:entry-release",
    run=release_entry,
    form_class=ReasonForm,
    label=_("Release from the stocktake"),
    title=_("Release this entry from the stocktake?"),
    text=_(
        "It stays with the Presidency, and no longer keeps the stocktake open. If it is"
        " published later, it does not count as current for this stocktake. The"
        " delegation reads your reason."
    ),
    done=_("The entry is released from the stocktake."),
)


def offers_release(request: UserRequest, entry: Entry) -> bool:
    """Return whether this reader may release the entry now."""
    return can_run_stocktakes(request.user, at=request.at) and is_releasable(
        entry, chair=request.user.chair_at(request.at)
    )


@keeps_unsent_text(ReasonForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_release(request: UserRequest, pk: UUID) -> HttpResponse:
    entry = find_entry(request, pk)
    if not can_run_stocktakes(request.user, at=request.at):
        raise PermissionDenied
    return ReleaseConfirmation(request, RELEASE, entry).respond()


@dataclass(frozen=True)
class ReleaseConfirmation(EntryConfirmation):
    """The page that asks for the reason of a release."""

    def is_possible(self) -> bool:
        return offers_release(self.request, self.row)

    def was_just_done(self, form: VersionForm) -> bool:  # noqa: ARG002 - one release is enough
        last = self.row.releases.order_by("-released_at", "-pk").first()
        return last is not None and last.released_by == self.request.user

    def next_url(self, result: Entry) -> str:
        return reverse("progress:entry-detail", args=[result.pk])
