"""The page of one commitment: its official text and the position of each member."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.positions import ClockForm
from progress.positions.commitment import find_line, member_positions, neighbours
from progress.positions.plan_table import plan_table
from progress.positions.viewpoint import Viewpoint
from progress.views.positions.clocks import control_of


@require_safe
def commitment_detail(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Show the official text and the position of each member."""
    form = ClockForm(request.GET, now=request.at)
    clocks = form.clocks()
    table = plan_table(slug, on=clocks.at)
    line = find_line(table, code) if table else None
    if table is None or line is None:
        raise Http404
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    context = {
        "table": table,
        "line": line,
        "neighbours": neighbours(table, line),
        "viewpoint": viewpoint,
        "clock_control": control_of(request, viewpoint, form),
    }
    if is_valid and viewpoint.reads_entries:
        context["members"] = member_positions(table, line, viewpoint)
    template = "progress/positions/commitment_detail.html"
    return render(request, template, context, status=200 if is_valid else 400)
