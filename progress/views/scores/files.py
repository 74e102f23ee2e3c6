"""The pages of scores as files: the table as CSV or a workbook, the chart as SVG."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from progress.entries.downloads import AskedFor
from progress.models import AssessmentTable
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
    *,
    other: AssessmentTable | None = None,
) -> HttpResponseBase | None:
    """Send the file that the address asks for; None where it asks for the page.

    `name` is what the file is of. Without a chart there is no drawing. `other` is a
    table of another body that is in the file too.
    """
    request = opened.request
    ending = wanted_ending(request)
    if not ending or opened.shown is None or (ending == "svg" and chart is None):
        return None
    tables = [opened.shown, *([other] if other else [])]
    table = make(_asked(opened, name, tables, chart))
    if ending == "svg" and chart is not None:
        return send_svg(chart, table)
    return send_table(request, table, ending)


def _asked(
    opened: OpenedScores[Any],
    name: str,
    tables: Sequence[AssessmentTable],
    chart: Chart | None,
) -> AskedFor:
    clocks = opened.viewpoint.clocks
    facts = [*facts_of(*tables), (_("As known at"), utc_text(clocks.known_at))]
    if chart is not None:
        facts.append((_("Finding"), chart.finding))
    bodies = [table.body_id for table in tables]
    of = [opened.table.plan.slug, tables[0].stocktake.slug, clocks.at.isoformat()]
    return asked_for(
        opened.request,
        facts=facts,
        name=[name, *bodies, *of],
        parameters=opened.form.fields,
    )
