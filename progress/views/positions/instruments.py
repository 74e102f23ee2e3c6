"""The instruments of a plan, and the page of one: what the plan does about it."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.positions.instrument_page import build_instrument
from progress.positions.instruments import PlanInstruments
from progress.views.positions.opening import open_plan


@require_safe
def plan_instrument_list(request: UserRequest, slug: str) -> HttpResponse:
    """Show the instruments of the plan by kind, each with its commitments."""
    opened = open_plan(request, slug)
    kinds = PlanInstruments.of(opened.table).by_kind()
    return opened.render("progress/plans/plan_instrument_list.html", kinds=kinds)


@require_safe
def plan_instrument_detail(
    request: UserRequest, slug: str, instrument: str
) -> HttpResponse:
    """Show the commitments that concern an instrument, with their positions."""
    opened = open_plan(request, slug)
    instruments = PlanInstruments.of(opened.table)
    found = instruments.find(instrument)
    if found is None:
        raise Http404
    reads = opened.viewpoint if opened.shows_positions else None
    return opened.render(
        "progress/plans/plan_instrument_detail.html",
        instrument=found,
        shown=build_instrument(instruments, found, reads),
    )
