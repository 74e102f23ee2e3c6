"""What a Presidency does with one stocktake: each act asks first, then acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.members import members_in_order
from accounts.models import Member
from accounts.requests import UserRequest
from accounts.versions import StaleRow
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
from progress.models import Stocktake
from progress.permissions import can_run_stocktakes
from progress.stocktakes.page import StocktakePage
from progress.stocktakes.second_review import candidates
from progress.stocktakes.terms import Terms
from progress.views.lookups import find_stocktake
from progress.views.unsent_text import keeps_unsent_text

State = Stocktake.State
# What was sent, or None; what a form starts from.
Data = QueryDict | None


@dataclass(frozen=True)
class StocktakeAct:
    """One act: its form, its action, and its words."""

    name: str
    states: frozenset[State]
    make_form: Callable[[UserRequest, Stocktake, Data], Any]
    # What of the form the action takes, besides who, when and which version.
    run: Callable[..., object]
    takes: Callable[[Any, Stocktake], dict[str, Any]]
    label: str | Promise
    title: str | Promise
    done: str | Promise
    text: str | Promise = ""
    # Did a first press do just what this form asks? Nothing typed may be lost for it.
    is_done: Callable[[Any, Stocktake], bool] = lambda _form, _stocktake: True
    is_danger: bool = False
    # The one way on: its button stands out.
    is_forward: bool = False

    @property
    def route(self) -> str:
        return f"progress:stocktake-{self.name}"


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


def _is_named(form: SecondReviewerForm, stocktake: Stocktake) -> bool:
    return form.chosen == stocktake.second_reviewer


def _is_said(form: TermsForm, stocktake: Stocktake) -> bool:
    return form.terms(stocktake) == Terms.of(stocktake)


def _is_granted(form: ExtensionForm, stocktake: Stocktake) -> bool:
    asked = form.extension()
    return stocktake.extensions.filter(
        member=asked.member_id, ends_at=asked.ends_at, reason=asked.reason.strip()
    ).exists()


def _nothing(_form: ZonedForm, _stocktake: Stocktake) -> dict[str, Any]:
    return {}


STOCKTAKE_ACTS = {
    act.name: act
    for act in (
        StocktakeAct(
            "open",
            frozenset({State.PLANNED}),
            _reviewer_form,
            open_stocktake,
            lambda form, _stocktake: {"second_reviewer": form.chosen},
            label=gettext_lazy("Open"),
            title=gettext_lazy("Open this stocktake?"),
            text=gettext_lazy(
                "Drafts join it as they are submitted. Its dates never move any more:"
                " more time is an extension, with a reason."
            ),
            done=gettext_lazy("The stocktake is open."),
            is_done=_is_named,
            is_forward=True,
        ),
        StocktakeAct(
            "extend",
            frozenset({State.OPEN}),
            _extension_form,
            extend_stocktake,
            lambda form, _stocktake: {"extension": form.extension()},
            label=gettext_lazy("Give more time"),
            title=gettext_lazy("Give more time"),
            done=gettext_lazy("The time is given."),
            is_done=_is_granted,
        ),
        StocktakeAct(
            "edit",
            frozenset({State.PLANNED, State.OPEN}),
            _terms_form,
            edit_stocktake,
            lambda form, stocktake: {"terms": form.terms(stocktake)},
            label=gettext_lazy("Edit"),
            title=gettext_lazy("Change this stocktake"),
            done=gettext_lazy("The stocktake is changed."),
            is_done=_is_said,
        ),
        StocktakeAct(
            "reviewer",
            frozenset({State.OPEN, State.CLOSED}),
            _reviewer_form,
            replace_second_reviewer,
            lambda form, _stocktake: {"second_reviewer": form.chosen},
            label=gettext_lazy("Name another second reviewer"),
            title=gettext_lazy("Name another second reviewer"),
            text=gettext_lazy(
                "Whoever was named reads what waits of your own member no longer; the"
                " one you name does."
            ),
            done=gettext_lazy("The second reviewer is named."),
            is_done=_is_named,
        ),
        StocktakeAct(
            "close",
            frozenset({State.OPEN}),
            _plain_form,
            close_stocktake,
            _nothing,
            label=gettext_lazy("Close"),
            title=gettext_lazy("Close this stocktake?"),
            text=gettext_lazy(
                "From then on nothing is submitted or published under it. It cannot be"
                " opened again. Corrections and withdrawals stay possible."
            ),
            done=gettext_lazy("The stocktake is closed."),
        ),
        StocktakeAct(
            "cancel",
            frozenset({State.PLANNED}),
            _plain_form,
            cancel_stocktake,
            _nothing,
            label=gettext_lazy("Strike out"),
            title=gettext_lazy("Strike out this stocktake?"),
            text=gettext_lazy(
                "It never opened: nothing belongs to it, and it disappears from all"
                " calendars."
            ),
            done=gettext_lazy("The stocktake is struck out."),
            is_danger=True,
        ),
    )
}


def acts_on(stocktake: Stocktake) -> list[StocktakeAct]:
    """What its state allows, in the table's order."""
    return [act for act in STOCKTAKE_ACTS.values() if stocktake.state in act.states]


@keeps_unsent_text
@require_http_methods(["GET", "HEAD", "POST"])
def stocktake_act(
    request: UserRequest, slug: str, stocktake: str, name: str
) -> HttpResponse:
    act = STOCKTAKE_ACTS[name]
    may_run = can_run_stocktakes(request.user, at=request.at)
    try:
        found = find_stocktake(request, slug, stocktake)
    except Http404:
        if not may_run or name != "cancel":
            raise
        # Pressed twice: the first press has struck it out.
        messages.info(request, _("There is no such stocktake any more."))
        return redirect("progress:stocktake-list")
    if not may_run:
        raise PermissionDenied
    if request.method == "POST":
        return _carry_out(request, act, found)
    if found.state not in act.states:
        return _refused(request, found)
    return _ask(request, act, found, act.make_form(request, found, None))


def _carry_out(
    request: UserRequest, act: StocktakeAct, found: Stocktake
) -> HttpResponse:
    form = act.make_form(request, found, request.POST)
    if not form.is_valid():
        if found.state not in act.states:
            return _refused(request, found)
        return _ask(request, act, found, form, status=422)
    try:
        act.run(
            stocktake_id=found.pk,
            version=form.named_version,
            by=request.user,
            at=request.at,
            **act.takes(form, found),
        )
    except Stocktake.DoesNotExist as error:
        raise Http404 from error
    except StaleRow as stale:
        return _out_of_date(request, act, stale.row, form)
    except ValidationError as error:
        return _refuse(request, act, found, form, error)
    messages.success(request, str(act.done))
    return redirect(_after(act, found))


def _after(act: StocktakeAct, found: Stocktake) -> str:
    if act.name == "cancel":
        return reverse("progress:stocktake-list")
    return reverse("progress:stocktake-detail", args=[found.plan.slug, found.slug])


def _refuse(
    request: UserRequest,
    act: StocktakeAct,
    found: Stocktake,
    form: Any,
    error: ValidationError,
) -> HttpResponse:
    if getattr(error, "code", "") in {"illegal_transition", "in_use"}:
        return _refused(request, found, error.messages)
    form.refuse(error)
    return _ask(request, act, found, form, status=422)


def _refused(
    request: UserRequest, found: Stocktake, sentences: list[str] | None = None
) -> HttpResponse:
    """409: its state does not allow that."""
    context = {"stocktake": found, "sentences": sentences or []}
    return render(
        request, "progress/stocktakes/stocktake_problem.html", context, status=409
    )


def _out_of_date(
    request: UserRequest, act: StocktakeAct, newer: Stocktake, form: Any
) -> HttpResponse:
    """Somebody wrote in between: both are shown, and pressing again decides."""
    if _was_just_done(request, act, newer, form):
        return redirect(_after(act, newer))
    if newer.state not in act.states:
        return _refused(request, newer)
    kept = request.POST.copy()
    kept["version"] = str(newer.version)
    again = act.make_form(request, newer, kept)
    return _ask(request, act, newer, again, is_stale=True, status=409)


def _was_just_done(
    request: UserRequest, act: StocktakeAct, newer: Stocktake, form: Any
) -> bool:
    """Is this the second of two presses, and the first has done what both ask?"""
    by_us = (f"stocktake.{act.name}", request.user.pk)
    last = (
        Event.objects.filter(target_type=Stocktake._meta.label, target_id=newer.pk)
        .order_by("-at", "-pk")
        .first()
    )
    return (
        last is not None
        and newer.version == form.named_version + 1
        and (last.verb, last.actor_id) == by_us
        and act.is_done(form, newer)
    )


def _ask(
    request: UserRequest,
    act: StocktakeAct,
    found: Stocktake,
    form: Any,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "act": act,
        "form": form,
        "stocktake": found,
        "page": StocktakePage(found, request.user, request.at),
        "is_stale": is_stale,
    }
    return render(
        request, "progress/stocktakes/stocktake_act.html", context, status=status
    )
