"""The page of one commitment: its official text and the position of each member."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.reading import CommitmentForm
from progress.positions.commitment import (
    clauses_of,
    find_line,
    neighbours,
    read_commitment,
)
from progress.positions.instruments import PlanInstruments
from progress.views.chips import address_with
from progress.views.positions.opening import open_plan


@dataclass(frozen=True)
class OrderLink:
    """One order of the members' reports, as a link."""

    label: str
    url: str
    is_current: bool


@require_safe
def commitment_detail(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Show the official text and the position of each member."""
    form = CommitmentForm(request.GET, now=request.at)
    opened = open_plan(request, slug, form)
    line = find_line(opened.table, code)
    if line is None:
        raise Http404
    context: dict[str, Any] = {
        "line": line,
        "clauses": clauses_of(line),
        "neighbours": neighbours(opened.table, line),
        "instruments": PlanInstruments.of(opened.table).named_by(line),
    }
    if opened.shows_positions:
        context["read"] = read = read_commitment(opened.table, line, opened.viewpoint)
        context["members"] = read.in_order(form.asked_order)
        context["orders"] = list(_orders(request, form))
    return opened.render("progress/positions/commitment_detail.html", **context)


def _orders(request: UserRequest, form: CommitmentForm) -> Iterator[OrderLink]:
    """Yield the orders as links. They keep the clocks."""
    for order, label in CommitmentForm.ORDERS:
        url = address_with(request.GET, {"order": [order] if order else []})
        yield OrderLink(str(label), url, is_current=order == form.asked_order)
