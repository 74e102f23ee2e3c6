"""Charts through time: coverage at each stocktake, and within one, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.dates import utc_day
from accounts.day_sentences import day_as
from progress.models import Stocktake
from progress.positions.charts.burn_up import BurnUp
from progress.positions.charts.chart import Chart, ChartScope
from progress.positions.charts.columns import Column, ColumnMark
from progress.positions.drawings import PartOfBar, in_stocktake
from progress.positions.figures import ORDER, Figures
from progress.positions.labels import part_label
from progress.positions.viewpoint import Viewpoint

DAY: Final = "j M"
MONTH: Final = "M Y"


@dataclass(frozen=True)
class CoveragePoint:
    """The positions of a plan at the close of a stocktake, or in it now."""

    stocktake: Stocktake
    figures: Figures
    is_closed: bool


def coverage_chart(scope: ChartScope, points: Sequence[CoveragePoint]) -> Chart:
    """Return the positions at each stocktake: one column each, the newest last."""
    label = partial(part_label, none_label=scope.none_label)
    shown = [
        part for part in ORDER if any(point.figures.parts[part] for point in points)
    ]
    return Chart(
        **scope.known("coverage"),
        title=_("Coverage over time"),
        finding=_coverage_finding(points),
        key=[(part, label(part)) for part in shown],
        headings=[
            _("Stocktake"),
            _("Position as of"),
            _("With an entry"),
            *(label(part) for part in ORDER),
            _("All"),
        ],
        rows=[
            [
                point.stocktake.title,
                _when(point, scope.viewpoint),
                point.figures.current,
                *(point.figures.parts[part] for part in ORDER),
                point.figures.cells,
            ]
            for point in points
        ],
        columns=[
            Column(
                in_stocktake(point.figures.parts, label),
                label=_month(point, scope.viewpoint),
                number=f"{point.figures.current}/{point.figures.cells}",
            )
            for point in points
        ],
        most=max((point.figures.cells for point in points), default=0),
    )


def _month(point: CoveragePoint, viewpoint: Viewpoint) -> str:
    closed_at = point.stocktake.closed_at if point.is_closed else None
    day = utc_day(closed_at) if closed_at else viewpoint.clocks.at
    return day_as(day, MONTH)


def _when(point: CoveragePoint, viewpoint: Viewpoint) -> str:
    closed_at = point.stocktake.closed_at
    if point.is_closed and closed_at is not None:
        return _("close, %(day)s") % {"day": day_as(utc_day(closed_at))}
    return day_as(viewpoint.clocks.at)


def _coverage_finding(points: Sequence[CoveragePoint]) -> str:
    if not points:
        return _("No stocktake of this plan has opened yet.")
    last = points[-1]
    known = {
        "stocktake": last.stocktake.title,
        "current": last.figures.current,
        "cells": last.figures.cells,
    }
    sentence = (
        _(
            "At the close of %(stocktake)s, %(current)s of %(cells)s commitments had an"
            " entry."
        )
        if last.is_closed
        else _(
            "In %(stocktake)s, %(current)s of %(cells)s commitments have an entry"
            " so far."
        )
    ) % known
    if len(points) == 1:
        return sentence
    before = points[-2]
    return sentence.rstrip(".。") + _(
        "; at the close of %(stocktake)s it was %(current)s of %(cells)s."
    ) % {
        "stocktake": before.stocktake.title,
        "current": before.figures.current,
        "cells": before.figures.cells,
    }


def burn_up_chart(scope: ChartScope, read: BurnUp) -> Chart:
    """Return what was published and received day by day in one stocktake."""
    stocktake, reached = read.stocktake, read.reached
    labels = {"published": _("Published"), "submitted": _("With the Presidency")}
    shown = ["published", *(["submitted"] if read.knows_received else [])]
    days = [day_as(utc_day(instant)) for instant in read.instants]
    rows: list[list[str | int]] = [
        [day, one.published, *([one.submitted] if read.knows_received else [])]
        for day, one in zip(days, reached, strict=True)
    ]
    to_come = [Column(())] * (len(read.steps) - len(reached))
    return Chart(
        **scope.known("days", stocktake=stocktake.slug),
        title=_("Entries by day"),
        finding=_burn_up_finding(read),
        key=[(part, labels[part]) for part in shown],
        headings=[_("Day (UTC)"), *(labels[part] for part in shown), _("All")],
        rows=[[*row, read.owed] for row in rows],
        columns=_with_days(
            [
                Column(
                    [
                        PartOfBar(part, labels[part], getattr(one, part))
                        for part in shown
                        if getattr(one, part)
                    ]
                )
                for one in reached
            ]
            + to_come,
            read.steps,
        ),
        most=read.owed,
        marks=_marks(read),
    )


def _with_days(drawn: list[Column], steps: Sequence[datetime]) -> list[Column]:
    """Return the columns with the day under the first and under the last one."""
    ends = {0, len(drawn) - 1}
    return [
        column._replace(label=day_as(utc_day(step), DAY)) if place in ends else column
        for place, (column, step) in enumerate(zip(drawn, steps, strict=True))
    ]


def _marks(read: BurnUp) -> list[ColumnMark]:
    """Return the deadline and the end of grace, as far as the columns reach."""
    stocktake = read.stocktake
    named = [
        (stocktake.due_at, pgettext("a mark of a chart", "due %(day)s")),
        (
            stocktake.grace_ends_at,
            pgettext("a mark of a chart", "end of grace %(day)s"),
        ),
    ]
    if stocktake.due_at == stocktake.grace_ends_at:
        named = named[:1]
    days = [utc_day(step) for step in read.steps]
    found = []
    for instant, words in named:
        day = utc_day(instant)
        if days[0] <= day <= days[-1]:
            place = sum(one < day for one in days)
            label = words % {"day": day_as(day, DAY)}
            found.append(ColumnMark((place + 1) / len(days), label))
    return found


def _burn_up_finding(read: BurnUp) -> str:
    last = read.reached[-1]
    known = {
        "day": day_as(utc_day(read.instants[-1])),
        "published": last.published,
        "submitted": last.submitted,
        "owed": read.owed,
        "left": read.owed - last.published - last.submitted,
    }
    if not read.knows_received:
        return (
            _("By %(day)s, %(published)s of %(owed)s entries were published.") % known
        )
    return (
        _(
            "By %(day)s, %(published)s of %(owed)s entries were published,"
            " %(submitted)s were with the Presidency and %(left)s were not there yet."
        )
        % known
    )
