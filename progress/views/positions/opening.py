"""What every page for reading starts with: the plan, the clocks and the viewpoint."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.requests import UserRequest
from progress.forms.positions import ClockForm
from progress.positions.plan_table import PlanTable, plan_table
from progress.positions.viewpoint import Viewpoint
from progress.views.positions.clocks import control_of


@dataclass(frozen=True)
class OpenedPlan:
    """A plan as one reader looks at it, at the two clocks of the address."""

    request: UserRequest
    table: PlanTable
    viewpoint: Viewpoint
    form: ClockForm
    # Whether the clocks can be asked for. Otherwise the page shows no positions.
    is_valid: bool

    @property
    def shows_positions(self) -> bool:
        return self.is_valid and self.viewpoint.reads_entries

    def render(self, template: str, **context: Any) -> HttpResponse:
        """Show the page. Its status tells whether the address could be read."""
        given = {
            "table": self.table,
            "plan": self.table.plan,
            "viewpoint": self.viewpoint,
            "form": self.form,
            "clock_control": control_of(self.request, self.viewpoint, self.form),
            **context,
        }
        status = 200 if given["form"].is_valid() else 400
        return render(self.request, template, given, status=status)


def open_plan(
    request: UserRequest, slug: str, form: ClockForm | None = None
) -> OpenedPlan:
    """Return the plan with the reader's viewpoint. Two queries. Raises Http404.

    `form` is the page's own, if it asks for more than the clocks.
    """
    form = form or ClockForm(request.GET, now=request.at)
    clocks = form.clocks()
    table = plan_table(slug, on=clocks.at)
    if table is None:
        raise Http404
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    name_member(request.user, table)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    return OpenedPlan(request, table, viewpoint, form, is_valid)


def name_member(reader: User, table: PlanTable) -> None:
    """Set the reader's member, which the masthead shows, without another query."""
    for member in table.members:
        if member.code == reader.member_id:
            reader.member = member
