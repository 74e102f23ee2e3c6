"""The positions on public pages: of a plan, a member, a commitment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from accounts.models import Member
from commitments.models import Action, Plan, SubArea
from progress.models import Entry
from progress.positions.changes import Comparison
from progress.positions.clocks import Clocks
from progress.positions.figures import Figures, count
from progress.positions.labels import change_label
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import (
    NO_POSITION,
    Position,
    Positions,
    read_evidence,
)
from progress.positions.viewpoint import Viewpoint
from progress.public_reading.reader import public_reader
from progress.querysets.entries import EntryQuerySet


@dataclass(frozen=True)
class PublicCell:
    """The position of one member on one commitment, as anyone may read it."""

    line: PlanLine
    member: Member
    position: Position

    @property
    def change_label(self) -> str:
        """How its status moved since the last close. Empty where it did not.

        What has no earlier clear entry is no change: it may only be newly public.
        """
        change = self.position.change
        moved = change in {"up", "down", "other"}
        return change_label(change) if moved and change else ""


@dataclass(frozen=True)
class PublicLine:
    """One commitment with a cell for each member that it binds."""

    line: PlanLine
    cells: Sequence[PublicCell]


@dataclass(frozen=True)
class PublicPart:
    """A sub-area, or an action without any, with its commitments in plan order."""

    action: Action
    sub_area: SubArea | None
    # Whether it is the first part of its action.
    is_first: bool
    lines: Sequence[PublicLine]


@dataclass(frozen=True)
class PublicPlan:
    """A plan with its public positions. The figures count what is public alone."""

    table: PlanTable
    cells: Sequence[PublicCell]
    # The day of the close that the arrows compare with.
    compared_on: date | None

    @cached_property
    def figures(self) -> Figures:
        return self.figures_of(self.cells)

    @property
    def has_entries(self) -> bool:
        return self.figures.reported > 0

    @property
    def has_arrows(self) -> bool:
        return any(cell.change_label for cell in self.cells)

    def figures_of(self, cells: Iterable[PublicCell]) -> Figures:
        return count(cell.position for cell in cells)

    def of_member(self, member: Member) -> list[PublicCell]:
        return [cell for cell in self.cells if cell.member.code == member.code]

    @property
    def members(self) -> list[tuple[Member, Figures]]:
        """The members with their figures."""
        return [
            (member, self.figures_of(self.of_member(member)))
            for member in self.table.members
        ]

    @property
    def parts(self) -> list[PublicPart]:
        """The commitments in plan order, by action and sub-area."""
        by_line: dict[int, list[PublicCell]] = {}
        for cell in self.cells:
            by_line.setdefault(cell.line.commitment.pk, []).append(cell)
        found: list[PublicPart] = []
        for _key, lines in groupby(self.table.lines, key=_part_of):
            members = list(lines)
            first = members[0].commitment
            found.append(
                PublicPart(
                    action=first.action,
                    sub_area=first.sub_area,
                    is_first=not found or found[-1].action != first.action,
                    lines=[
                        PublicLine(line, by_line.get(line.commitment.pk, []))
                        for line in members
                    ],
                )
            )
        return found


def _part_of(line: PlanLine) -> tuple[int, int | None]:
    return line.commitment.action_id, line.commitment.sub_area_id


def public_viewpoint(plan: Plan, *, since: datetime, at: datetime) -> Viewpoint:
    """Return the viewpoint of the public. It is in no stocktake: positions are
    those last known, and nothing shows whether a stocktake is open.
    """
    return Viewpoint(public_reader(since, at), at, plan, None, Clocks.now(at))


def public_plan(table: PlanTable, viewpoint: Viewpoint) -> PublicPlan:
    """Return all public positions of a plan. Three queries."""
    positions = viewpoint.load(Entry.objects.for_cells).positions
    comparison = viewpoint.comparison()
    compared = viewpoint.compared(positions, comparison)
    return PublicPlan(table, _cells(table, compared), _day_of(comparison))


def public_line(
    table: PlanTable, line: PlanLine, viewpoint: Viewpoint
) -> Sequence[PublicCell]:
    """Return the positions on one commitment, with their evidence. Two queries."""
    positions = viewpoint.load(_with_text, commitment=line.commitment.pk).positions
    entries = [position.entry for position in positions.values()]
    read_evidence(entry for entry in entries if entry is not None)
    return [
        cell
        for cell in _cells(table, positions)
        if cell.line.commitment == line.commitment
    ]


def _with_text() -> EntryQuerySet:
    """Return all entries: a viewpoint reads those of a commitment, with their text."""
    return Entry.objects.all()


def _cells(table: PlanTable, positions: Positions) -> list[PublicCell]:
    return [
        PublicCell(
            line,
            member,
            positions.get((line.commitment.pk, member.code), NO_POSITION),
        )
        for line in table.lines
        for member in table.members
        if member.code in line.member_codes
    ]


def _day_of(comparison: Comparison | None) -> date | None:
    return comparison.at if comparison else None
