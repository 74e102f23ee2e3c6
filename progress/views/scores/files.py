"""The pages of scores as files: the table as CSV or a workbook, the chart as SVG."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from progress.entries.downloads import AskedFor
from progress.positions.charts.chart import Chart
from progress.positions.scores.downloads import facts_of
from progress.sheets.table_files import DownloadTable
from progress.views.downloads import (
    asked_for,
    send_svg,
    send_table,
    utc_text,
    wanted_ending,
)
from progress.views.scores.opening import OpenedScores


def send_scores(
    opened: OpenedScores[Any],
    name: str,
    make: Callable[[AskedFor], DownloadTable],
    chart: Chart | None = None,
) -> HttpResponseBase | None:
    """Send the file that the address asks for; None where it asks for the page.

    `name` is what the file is of. Without a chart there is no drawing.
    """
    request = opened.request
    ending = wanted_ending(request)
    if not ending or opened.shown is None or (ending == "svg" and chart is None):
        return None
    table = make(_asked(opened, name, chart))
    if ending == "svg" and chart is not None:
        return send_svg(chart, table)
    return send_table(request, table, ending)


def _asked(opened: OpenedScores[Any], name: str, chart: Chart | None) -> AskedFor:
    clocks = opened.viewpoint.clocks
    facts: list[tuple[str, Any]] = []
    if opened.shown is not None:
        facts += facts_of(opened.shown)
    facts.append((_("As known at"), utc_text(clocks.known_at)))
    if chart is not None:
        facts.append((_("Finding"), chart.finding))
    stocktake = opened.shown.stocktake.slug if opened.shown else ""
    day = clocks.at.isoformat()
    return asked_for(
        opened.request,
        facts=facts,
        name=[name, opened.body.pk, opened.table.plan.slug, stocktake, day],
        parameters=opened.form.fields,
    )
