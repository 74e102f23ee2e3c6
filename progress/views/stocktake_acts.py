"""What the Presidency does with one stocktake: each act asks first, then acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Member, members_in_order
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from audit.models import Event
from progress.actions.extensions import extend_stocktake
from progress.actions.stocktakes import (
    cancel_stocktake,
    close_stocktake,
    edit_stocktake,
    open_stocktake,
    replace_second_reviewer,
)
from progress.forms.stocktakes import (
    ExtensionForm,
    SecondReviewerForm,
    TermsForm,
    TitleForm,
    ZonedForm,
)
from progress.forms.versions import VersionForm
from progress.models import Stocktake
from progress.permissions import can_run_stocktakes
from progress.stocktakes.page import StocktakePage
from progress.stocktakes.second_review import candidates
from progress.stocktakes.terms import Terms
from progress.views.confirming import Act, Confirmation, Data
from progress.views.lookups import find_stocktake

State = Stocktake.State


def _initial(stocktake: Stocktake) -> dict[str, Any]:
    return {"version": stocktake.version}


def _plain_form(_request: UserRequest, stocktake: Stocktake, data: Data) -> ZonedForm:
    return ZonedForm(data, initial=_initial(stocktake))


def _terms_form(_request: UserRequest, stocktake: Stocktake, data: Data) -> TermsForm:
    form_class = TermsForm if stocktake.state is State.PLANNED else TitleForm
    return form_class(data, initial=TermsForm.initial_of(stocktake))


def _reviewer_form(
    request: UserRequest, stocktake: Stocktake, data: Data
) -> SecondReviewerForm:
    initial = {
        **_initial(stocktake),
        "second_reviewer": str(stocktake.second_reviewer_id or ""),
    }
    people = candidates(stocktake, at=request.at)
    return SecondReviewerForm(data, people=people, initial=initial)


def _extension_form(
    _request: UserRequest, stocktake: Stocktake, data: Data
) -> ExtensionForm:
    members = members_in_order(Member.objects.all())
    return ExtensionForm(data, members=members, initial=_initial(stocktake))


def _has_reviewer(form: SecondReviewerForm, stocktake: Stocktake) -> bool:
    return form.chosen == stocktake.second_reviewer


def _has_terms(form: TermsForm, stocktake: Stocktake) -> bool:
    return form.terms(stocktake) == Terms.of(stocktake)


def _has_extension(form: ExtensionForm, stocktake: Stocktake) -> bool:
    asked = form.extension()
    return stocktake.extensions.filter(
        member=asked.member_id, ends_at=asked.ends_at, reason=asked.reason
    ).exists()


@dataclass(frozen=True)
class StocktakeAct(Act):
    """What the Presidency does with a stocktake: its form, and in which states."""

    name: str
    states: frozenset[State]
    make_form: Callable[[UserRequest, Stocktake, Data], Any] = _plain_form
    # What the action takes from the form.
    read_form: Callable[[Any, Stocktake], dict[str, Any]] = lambda _form, _stocktake: {}
    # Whether a first press did what this form asks, so that nothing typed is lost.
    is_done: Callable[[Any, Stocktake], bool] = lambda _form, _stocktake: True

    @property
    def route(self) -> str:
        return f"progress:stocktake-{self.name}"


STOCKTAKE_ACTS = {
    act.name: act
    for act in (
        StocktakeAct(
            "open",
            frozenset({State.PLANNED}),
            _reviewer_form,
            lambda form, _stocktake: {"second_reviewer": form.chosen},
            run=open_stocktake,
            label=pgettext_lazy("what to do with a stocktake", "Open"),
            title=_("Open this stocktake?"),
            text=_(
                "Updates join it when a delegation sends them. Its dates can no longer"
                " change: to give more time, grant an extension with a reason."
            ),
            done=_("The stocktake is open."),
            is_done=_has_reviewer,
            is_primary=True,
        ),
        StocktakeAct(
            "extend",
            frozenset({State.OPEN}),
            _extension_form,
            lambda form, _stocktake: {"extension": form.extension()},
            run=extend_stocktake,
            label=_("Give more time"),
            title=_("Give more time"),
            done=_("More time is given."),
            is_done=_has_extension,
        ),
        StocktakeAct(
            "edit",
            frozenset({State.PLANNED, State.OPEN}),
            _terms_form,
            lambda form, stocktake: {"terms": form.terms(stocktake)},
            run=edit_stocktake,
            label=_("Edit"),
            title=_("Edit this stocktake"),
            done=_("The changes are saved."),
            is_done=_has_terms,
        ),
        StocktakeAct(
            "reviewer",
            frozenset({State.OPEN, State.CLOSED}),
            _reviewer_form,
            lambda form, _stocktake: {"second_reviewer": form.chosen},
            run=replace_second_reviewer,
            label=_("Name another second reviewer"),
            title=_("Name another second reviewer"),
            text=_(
                "The new reviewer takes over your member's pending entries. The"
                " previous one loses access."
            ),
            done=_("The second reviewer is replaced."),
            is_done=_has_reviewer,
        ),
        StocktakeAct(
            "close",
            frozenset({State.OPEN}),
            run=close_stocktake,
            label=pgettext_lazy("what to do with a stocktake", "Close"),
            title=_("Close this stocktake?"),
            text=_(
                "After that, no update can be sent or published in it, and it cannot"
                " be opened again. Corrections and withdrawals stay possible."
            ),
            done=_("The stocktake is closed."),
        ),
        StocktakeAct(
            "cancel",
            frozenset({State.PLANNED}),
            run=cancel_stocktake,
            label=_("Delete"),
            title=_("Delete this stocktake?"),
            text=_(
                "It has not opened, so no entry belongs to it. It disappears from all"
                " calendars."
            ),
            done=_("The stocktake is deleted."),
            is_danger=True,
        ),
    )
}


def acts_on(stocktake: Stocktake) -> list[StocktakeAct]:
    """Return the acts that its state allows, in the table's order."""
    return [act for act in STOCKTAKE_ACTS.values() if stocktake.state in act.states]


@keeps_unsent_text(TermsForm, SecondReviewerForm, ExtensionForm)
@require_http_methods(["GET", "HEAD", "POST"])
def stocktake_act(
    request: UserRequest, slug: str, stocktake: str, name: str
) -> HttpResponse:
    may_run = can_run_stocktakes(request.user, at=request.at)
    try:
        found = find_stocktake(request, slug, stocktake)
    except Http404:
        if not may_run or name != "cancel":
            raise
        # The second of two presses: the first has deleted it.
        messages.info(request, gettext("This stocktake no longer exists."))
        return redirect("progress:stocktake-list")
    if not may_run:
        raise PermissionDenied
    return StocktakeConfirmation(request, STOCKTAKE_ACTS[name], found).respond()


@dataclass(frozen=True)
class StocktakeConfirmation(Confirmation):
    """The page of one act on one stocktake."""

    act: StocktakeAct
    row: Stocktake

    template = "progress/stocktakes/stocktake_act.html"

    def form(self, data: Data = None) -> VersionForm:
        form: VersionForm = self.act.make_form(self.request, self.row, data)
        return form

    def is_possible(self) -> bool:
        return self.row.state in self.act.states

    def ask_to_correct(self, form: VersionForm) -> HttpResponse:
        return super().ask_to_correct(form) if self.is_possible() else self.refusal()

    def arguments(self, form: Any) -> dict[str, Any]:
        return {"stocktake_id": self.row.pk, **self.act.read_form(form, self.row)}

    def is_about_form(self, form: VersionForm, error: ValidationError) -> bool:  # noqa: ARG002
        return getattr(error, "code", "") not in {"illegal_transition", "in_use"}

    def refusal(self, error: ValidationError | None = None) -> HttpResponse:
        context = {
            "stocktake": self.row,
            "sentences": error.messages if error else [],
        }
        template = "progress/stocktakes/stocktake_problem.html"
        return render(self.request, template, context, status=409)

    def was_just_done(self, form: VersionForm) -> bool:
        target = {"target_type": Stocktake._meta.label, "target_id": self.row.pk}
        last = Event.objects.filter(**target).order_by("-at", "-pk").first()
        return (
            last is not None
            and self.row.version == form.named_version + 1
            and last.verb == f"stocktake.{self.act.name}"
            and last.actor_id == self.request.user.pk
            and self.act.is_done(form, self.row)
        )

    def next_url(self, result: object) -> str:  # noqa: ARG002 - not every act returns it
        if self.act.name == "cancel":
            return reverse("progress:stocktake-list")
        names = [self.row.plan.slug, self.row.slug]
        return reverse("progress:stocktake-detail", args=names)

    def context(self) -> Mapping[str, object]:
        page = StocktakePage(self.row, self.request.user, self.request.at)
        return {"stocktake": self.row, "page": page}
