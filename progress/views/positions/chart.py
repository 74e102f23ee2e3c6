"""One chart of a plan by itself, with its table, or as a file: SVG or CSV."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.entries.downloads import handling_of, marked_table
from progress.forms.charts import ChartForm
from progress.forms.positions import ClockForm
from progress.models import Entry, Handling, Stocktake
from progress.positions.charts.burn_up import read_burn_up
from progress.positions.charts.chart import Chart, ChartScope
from progress.positions.charts.over_time import burn_up_chart
from progress.positions.charts.reading import (
    read_change,
    read_coverage,
    read_status_mix,
)
from progress.positions.plan_table import PlanTable, plan_table
from progress.positions.viewpoint import Viewpoint
from progress.sheets.table_files import DownloadTable, TableColumn
from progress.views.downloads import (
    asked_for,
    send_svg,
    send_table,
    utc_text,
    wanted_ending,
)
from progress.views.positions.clocks import control_of


class ChartRequest(NamedTuple):
    """What a chart is made from."""

    table: PlanTable
    viewpoint: Viewpoint
    form: ChartForm


class ChartPage(NamedTuple):
    """A chart that has an address: its name there, and how it is read."""

    label: object
    read: Callable[[ChartRequest], Chart | None]


def _status(asked: ChartRequest) -> Chart | None:
    table, viewpoint, form = asked
    positions = viewpoint.load(Entry.objects.for_cells).positions
    member = form.chosen_member
    by = form.rows or "action"
    return read_status_mix(table, viewpoint, positions, by=by, member=member)


def _change(asked: ChartRequest) -> Chart | None:
    table, viewpoint, form = asked
    positions = viewpoint.load(Entry.objects.for_cells).positions
    member = form.chosen_member
    by = form.rows or ("action" if member else "member")
    return read_change(table, viewpoint, positions, by=by, member=member)


def _coverage(asked: ChartRequest) -> Chart | None:
    table, viewpoint, form = asked
    return read_coverage(table, viewpoint, member=form.chosen_member)


def _days(asked: ChartRequest) -> Chart | None:
    _table, viewpoint, form = asked
    stocktake = viewpoint.stocktake
    if slug := form.chosen_stocktake:
        stocktake = _opened(viewpoint, slug)
    if stocktake is None:
        return None
    member = form.chosen_member
    read = read_burn_up(viewpoint, stocktake, member=member or None)
    return burn_up_chart(ChartScope(viewpoint, member, frozenset(read.keys)), read)


def _opened(viewpoint: Viewpoint, slug: str) -> Stocktake:
    opened = Stocktake.objects.in_hand_at(viewpoint.clocks.in_hand_at)
    for stocktake in opened.filter(plan=viewpoint.plan):
        if stocktake.slug == slug:
            return stocktake
    raise Http404


CHARTS: Mapping[str, ChartPage] = {
    "status": ChartPage(gettext_lazy("Status"), _status),
    "change": ChartPage(gettext_lazy("Change"), _change),
    "coverage": ChartPage(gettext_lazy("Coverage over time"), _coverage),
    "days": ChartPage(gettext_lazy("Entries by day"), _days),
}


@require_safe
def chart(request: UserRequest, slug: str, name: str) -> HttpResponseBase:
    """Show one chart, or send it as a file, counted for this reader."""
    clocks = ClockForm(request.GET, now=request.at).clocks()
    table = plan_table(slug, on=clocks.at)
    if table is None or name not in CHARTS or not request.user.reads_entries:
        raise Http404
    viewpoint = Viewpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    form = ChartForm(request.GET, now=request.at, table=table)
    is_valid = form.is_valid_in(viewpoint.stocktake)
    shown = None
    if is_valid:
        shown = CHARTS[name].read(ChartRequest(table, viewpoint, form))
    ending = wanted_ending(request)
    if shown is not None and ending:
        return _send(request, shown, viewpoint, form, ending)
    context = {
        "chart": shown,
        "form": form,
        "plan": table.plan,
        "clock_control": control_of(request, viewpoint, form),
        "tabs": _tabs(slug, name),
    }
    template = "progress/positions/chart_detail.html"
    return render(request, template, context, status=200 if is_valid else 400)


def _tabs(slug: str, chosen: str) -> list[dict[str, object]]:
    return [
        {
            "label": page.label,
            "url": reverse("progress:chart", args=[slug, each]),
            "is_current": each == chosen,
        }
        for each, page in CHARTS.items()
    ]


def _send(
    request: UserRequest,
    shown: Chart,
    viewpoint: Viewpoint,
    form: ChartForm,
    ending: str,
) -> HttpResponseBase:
    day = viewpoint.clocks.at.isoformat()
    asked = asked_for(
        request,
        facts=_facts(shown, viewpoint),
        name=["chart", shown.slug, viewpoint.plan.slug, form.chosen_member, day],
        parameters=form.fields,
    )
    table = marked_table(_table(shown), _handling(shown, viewpoint), asked)
    if ending != "svg":
        return send_table(request, table, ending)
    return send_svg(shown, table)


def _facts(shown: Chart, viewpoint: Viewpoint) -> list[tuple[str, str]]:
    clocks = viewpoint.clocks
    return [
        (_("Plan"), viewpoint.plan.title),
        (_("Position as of"), clocks.at.isoformat()),
        (_("As known at"), utc_text(clocks.known_at)),
        (_("Finding"), shown.finding),
        *([(_("What is counted"), shown.note)] if shown.note else []),
    ]


def _table(shown: Chart) -> DownloadTable:
    columns = [TableColumn(heading) for heading in shown.headings]
    return DownloadTable(shown.title, columns, shown.rows, count=len(shown.rows))


def _handling(shown: Chart, viewpoint: Viewpoint) -> str:
    """Return the mark of its files: the strictest of what it counts.

    A count of all tells also that there is nothing more. Other counts tell how much is
    released to delegations.
    """
    if shown.tells_all:
        return Handling.AMBER
    counted = handling_of(viewpoint.visible.filter(pk__in=shown.entries))
    return Handling.strictest(counted or Handling.GREEN, Handling.GREEN)
