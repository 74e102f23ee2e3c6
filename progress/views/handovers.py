"""Handing over the chair, and receiving it: each asks first, then acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Presidency, User
from accounts.requests import UserRequest
from accounts.views.recently_signed_in import recently_signed_in
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.handover import (
    IMPOSSIBLE,
    receive_handover,
    record_handover,
)
from progress.forms.stocktakes import HandoverForm
from progress.forms.versions import VersionForm
from progress.stocktakes.handovers import (
    ChairTransfer,
    find_transfer,
)
from progress.views.confirming import Act, Confirmation


@dataclass(frozen=True)
class HandoverAct(Act):
    """What one of the two teams does, who of it may, and when."""

    name: str
    is_permitted: Callable[[ChairTransfer, User], bool]
    is_possible: Callable[..., bool]

    @property
    def route(self) -> str:
        return f"progress:handover-{self.name}"


HANDOVER_ACTS = {
    act.name: act
    for act in (
        HandoverAct(
            "give",
            ChairTransfer.may_give,
            ChairTransfer.can_be_given_at,
            run=record_handover,
            form_class=HandoverForm,
            label=_("Hand over"),
            title=_("Hand over the Presidency?"),
            text=_(
                "The handover is recorded once, with your name and your note. Rights"
                " follow the dates of the rotation, even if it is never recorded."
            ),
            done=_("The handover is recorded."),
        ),
        HandoverAct(
            "receive",
            ChairTransfer.may_receive,
            ChairTransfer.can_be_received_at,
            run=receive_handover,
            label=_("Receive"),
            title=_("Confirm that you have received the Presidency?"),
            text=_("The receipt is recorded once, with your name."),
            done=_("The receipt is recorded."),
        ),
    )
}


@keeps_unsent_text(HandoverForm)
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def handover_act(request: UserRequest, pk: int, name: str) -> HttpResponse:
    if not request.user.reads_entries:
        raise Http404
    presidencies = Presidency.objects.select_related("member")
    transfer = find_transfer(get_object_or_404(presidencies, pk=pk))
    act = HANDOVER_ACTS[name]
    if not act.is_permitted(transfer, request.user):
        raise PermissionDenied
    return HandoverConfirmation(request, act, transfer).respond()


@dataclass(frozen=True)
class HandoverConfirmation(Confirmation):
    """The page of one team's act. The other team may act in between."""

    act: HandoverAct
    row: ChairTransfer

    template = "progress/stocktakes/handover_act.html"

    def is_possible(self) -> bool:
        return self.act.is_possible(self.row, self.request.at)

    def refusal(self, error: ValidationError | None = None) -> HttpResponse:  # noqa: ARG002
        """Show the page of the Presidency: pressed twice, or not the time for it."""
        messages.info(self.request, IMPOSSIBLE)
        return redirect(self.next_url(None))

    def arguments(self, form: VersionForm) -> dict[str, Any]:
        return {"presidency_id": self.row.incoming.pk, **form.arguments()}

    def next_url(self, result: object) -> str:  # noqa: ARG002 - one page for both acts
        return reverse("presidency")

    def context(self) -> Mapping[str, object]:
        reader, at = self.request.user, self.request.at
        return {"transfer": self.row, "reads_note": self.row.reads_note(reader, at)}
