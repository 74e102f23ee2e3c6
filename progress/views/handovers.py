"""Handing the chair over, and receiving it: each asks first, then acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Presidency, User
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from progress.actions.handover import (
    receive_handover,
    record_handover,
)
from progress.forms.entries import VersionForm
from progress.forms.stocktakes import HandoverForm
from progress.stocktakes.handovers import (
    ChairTransfer,
    find_passage,
    reads_the_rotation,
)
from progress.views.unsent_text import keeps_unsent_text


@dataclass(frozen=True)
class Side:
    """One team's part in it: its form, its action, and its words."""

    name: str
    form_class: type[VersionForm]
    run: Callable[..., object]
    may: Callable[[ChairTransfer, User], bool]
    is_possible: Callable[..., bool]
    label: Promise
    title: Promise
    text: Promise
    done: Promise

    @property
    def route(self) -> str:
        return f"progress:handover-{self.name}"


SIDES = {
    side.name: side
    for side in (
        Side(
            "give",
            HandoverForm,
            record_handover,
            ChairTransfer.may_give,
            ChairTransfer.can_be_given_at,
            label=_("Hand over"),
            title=_("Hand the chair over?"),
            text=_(
                "It is recorded once, with your name and your note. Rights move by the"
                " dates of the rotation, whether or not it is recorded."
            ),
            done=_("The handover is recorded."),
        ),
        Side(
            "receive",
            VersionForm,
            receive_handover,
            ChairTransfer.may_receive,
            ChairTransfer.can_be_received_at,
            label=_("Receive"),
            title=_("Say that you have received the chair?"),
            text=_("It is recorded once, with your name."),
            done=_("The receipt is recorded."),
        ),
    )
}


@keeps_unsent_text
@require_http_methods(["GET", "HEAD", "POST"])
def handover_act(request: UserRequest, pk: int, name: str) -> HttpResponse:
    if not reads_the_rotation(request.user):
        raise Http404
    presidencies = Presidency.objects.select_related("member")
    passage = find_passage(get_object_or_404(presidencies, pk=pk))
    side = SIDES[name]
    if not side.may(passage, request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _carry_out(request, side, passage)
    if not side.is_possible(passage, request.at):
        return _refused(request)
    form = side.form_class(initial={"version": passage.version})
    return _ask(request, side, passage, form)


def _carry_out(
    request: UserRequest, side: Side, passage: ChairTransfer
) -> HttpResponse:
    form = side.form_class(request.POST)
    if not form.is_valid():
        return _ask(request, side, passage, form, status=422)
    typed = {key: value for key, value in form.cleaned_data.items() if key == "note"}
    try:
        side.run(
            presidency_id=passage.incoming.pk,
            version=form.named_version,
            by=request.user,
            at=request.at,
            **typed,
        )
    except StaleRow as stale:
        return _out_of_date(request, side, stale.row, form)
    except ValidationError:
        return _refused(request)
    messages.success(request, str(side.done))
    return redirect("presidency")


def _out_of_date(
    request: UserRequest, side: Side, passage: ChairTransfer, form: VersionForm
) -> HttpResponse:
    """The other team was quicker: what was typed is kept, to be sent again."""
    if not side.is_possible(passage, request.at):
        return _refused(request)
    kept = {**form.cleaned_data, "version": passage.version}
    again = side.form_class(initial=kept)
    return _ask(request, side, passage, again, is_stale=True, status=409)


def _refused(request: UserRequest) -> HttpResponse:
    """Recorded already (pressed twice, say), or not the time for it: the page says."""
    messages.info(request, str(_("It is recorded already, or not the time for it.")))
    return redirect("presidency")


def _ask(
    request: UserRequest,
    side: Side,
    passage: ChairTransfer,
    form: Any,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "side": side,
        "passage": passage,
        "form": form,
        "is_stale": is_stale,
        "reads_note": passage.reads_note(request.user, request.at),
    }
    return render(
        request, "progress/stocktakes/handover_act.html", context, status=status
    )
