"""Read what the charts of a plan count, for one reader and two clocks."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from accounts.dates import next_second, utc_day
from accounts.wording.names import in_language
from progress.models import Stocktake
from progress.positions.charts.chart import Chart, ChartScope
from progress.positions.charts.over_time import CoveragePoint, coverage_chart
from progress.positions.charts.statuses import (
    ChartedRow,
    change_chart,
    status_mix_chart,
)
from progress.positions.figures import count
from progress.positions.overview import OverviewCell, cells_of
from progress.positions.plan_table import PlanTable
from progress.positions.position import Position, Positions
from progress.positions.viewpoint import PointInTime, Viewpoint

# Older stocktakes are not in the chart of coverage: a phone has room for six columns.
MOST_STOCKTAKES = 6


def read_status_mix(
    table: PlanTable,
    viewpoint: Viewpoint,
    positions: Positions,
    *,
    by: str = "action",
    member: str = "",
) -> Chart:
    """Return the chart of these positions by action, sub-area or member. No query."""
    cells = _cells(table, positions, member)
    return status_mix_chart(
        _scope(viewpoint, member, [cell[2] for cell in cells]),
        _rows(cells, by, is_compared=False),
        count(cell[2] for cell in cells),
        by=by,
    )


def read_change(
    table: PlanTable,
    viewpoint: Viewpoint,
    positions: Positions,
    *,
    by: str = "member",
    member: str = "",
) -> Chart | None:
    """Return how these positions have changed since the last close before. Two queries.

    None if no stocktake was closed before.
    """
    comparison = viewpoint.comparison()
    if comparison is None or comparison.stocktake is None:
        return None
    compared = viewpoint.compared(positions, comparison)
    cells = _cells(table, compared, member)
    return change_chart(
        _scope(viewpoint, member, [cell[2] for cell in cells]),
        _rows(cells, by, is_compared=True),
        count((cell[2] for cell in cells), is_compared=True),
        by=by,
        since=comparison.stocktake.title,
    )


def read_coverage(
    table: PlanTable, viewpoint: Viewpoint, *, member: str = ""
) -> Chart | None:
    """Return the positions at each stocktake as they were known then. Three queries.

    None before the first stocktake has opened.
    """
    moments = _moments(viewpoint)
    if not moments:
        return None
    counted = [
        [cell[2] for cell in _cells(table, positions, member)]
        for positions in viewpoint.positions_at(moments)
    ]
    points = [
        CoveragePoint(
            moment.stocktake, count(cells), is_closed=_is_past(moment, viewpoint)
        )
        for moment, cells in zip(moments, counted, strict=True)
        if moment.stocktake is not None
    ]
    everything = [position for cells in counted for position in cells]
    return coverage_chart(_scope(viewpoint, member, everything), points)


def _moments(viewpoint: Viewpoint) -> list[PointInTime]:
    """Return the close of each stocktake, and both clocks for the one in hand."""
    opened = Stocktake.objects.in_hand_at(viewpoint.clocks.in_hand_at)
    of_plan = opened.filter(plan=viewpoint.plan)[:MOST_STOCKTAKES]
    return [_moment(stocktake, viewpoint) for stocktake in reversed(of_plan)]


def _moment(stocktake: Stocktake, viewpoint: Viewpoint) -> PointInTime:
    clocks = viewpoint.clocks
    if stocktake.closed_at is not None:
        known_at, day = next_second(stocktake.closed_at), utc_day(stocktake.closed_at)
        if known_at <= clocks.known_at and day <= clocks.at:
            return PointInTime(day, known_at, stocktake)
    return PointInTime(clocks.at, clocks.known_at, stocktake)


def _is_past(moment: PointInTime, viewpoint: Viewpoint) -> bool:
    clocks = viewpoint.clocks
    return (moment.day, moment.known_at) != (clocks.at, clocks.known_at)


def _cells(
    table: PlanTable, positions: Positions, member: str
) -> Sequence[OverviewCell]:
    return [cell for cell in cells_of(table, positions) if member in {"", cell[1].code}]


def _rows(
    cells: Sequence[OverviewCell], by: str, *, is_compared: bool
) -> list[ChartedRow]:
    """Return the counts of each action, sub-area or member, in the plan's order."""
    name_of = _NAMES[by]
    grouped: dict[str, list[Position]] = {}
    in_order = cells if by == "member" else sorted(cells, key=_place_in_plan)
    for cell in in_order:
        if name := name_of(cell):
            grouped.setdefault(name, []).append(cell[2])
    return [
        ChartedRow(name, count(found, is_compared=is_compared))
        for name, found in grouped.items()
    ]


def _place_in_plan(cell: OverviewCell) -> int:
    return cell[0].commitment.position


def _action_name(cell: OverviewCell) -> str:
    action = cell[0].commitment.action
    return f"{action.code} {action.title}"


def _sub_area_name(cell: OverviewCell) -> str:
    """Return the name of its sub-area, or of its action where there is none."""
    sub_area = cell[0].commitment.sub_area
    return f"{sub_area.code} {sub_area.title}" if sub_area else _action_name(cell)


_NAMES: dict[str, Callable[[OverviewCell], str]] = {
    "action": _action_name,
    "sub_area": _sub_area_name,
    "member": lambda cell: in_language(cell[1].name),
}


def _scope(
    viewpoint: Viewpoint, member: str, counted: Iterable[Position]
) -> ChartScope:
    shown: set[UUID] = {
        position.entry.pk for position in counted if position.entry is not None
    }
    return ChartScope(viewpoint, member, frozenset(shown))
