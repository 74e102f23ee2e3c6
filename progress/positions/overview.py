"""A plan at a glance: counts of positions by action, sub-area and member."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from accounts.models import Member
from commitments.models import Action, SubArea
from progress.models import Entry
from progress.positions.figures import Figures, count
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import NO_POSITION, Position, Positions
from progress.positions.viewpoint import Viewpoint

Part = TypeVar("Part")
OverviewCell = tuple[PlanLine, Member, Position]


@dataclass(frozen=True)
class PartFigures(Generic[Part]):
    """The counts of one action, sub-area or member."""

    part: Part
    figures: Figures


@dataclass(frozen=True)
class Overview:
    """The counts of each action and of each member add up to those of the plan."""

    actions: Sequence[PartFigures[Action]]
    sub_areas: Sequence[PartFigures[SubArea]]
    members: Sequence[PartFigures[Member]]
    overall: Figures


def build_overview(table: PlanTable, viewpoint: Viewpoint) -> Overview:
    """Return the counts, from what the reader may see. One query."""
    cells = cells_of(table, viewpoint.load(Entry.objects.for_cells).positions)
    lines = [line.commitment for line in table.lines]
    sub_areas = [row.sub_area for row in lines if row.sub_area is not None]
    return Overview(
        actions=_figures(
            cells,
            (row.action for row in lines),
            lambda cell, action: cell[0].commitment.action == action,
        ),
        sub_areas=_figures(
            cells,
            sub_areas,
            lambda cell, sub_area: cell[0].commitment.sub_area == sub_area,
        ),
        members=_figures(cells, table.members, lambda cell, member: cell[1] == member),
        overall=count(position for _line, _member, position in cells),
    )


def cells_of(table: PlanTable, positions: Positions) -> list[OverviewCell]:
    """Return the position of each commitment for each member that it binds."""
    return [
        (line, member, positions.get((line.commitment.pk, member.code), NO_POSITION))
        for member in table.members
        for line in table.lines
        if member.code in line.member_codes
    ]


def _figures(
    cells: Sequence[OverviewCell],
    parts: Iterable[Part],
    is_of: Callable[[OverviewCell, Part], bool],
) -> list[PartFigures[Part]]:
    """Return the counts of each part once, in the order given."""
    return [
        PartFigures(part, count(cell[2] for cell in cells if is_of(cell, part)))
        for part in dict.fromkeys(parts)
    ]
