"""Self-reports beside the scores of a released table, as far as their reader sees them.

A self-report is the position of the member commitment, on the day of the table's
stocktake: the day of its close, or the day of reading while it is open. It is asked for
as known at the same instant as the table. It is never counted with the scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Member, User
from progress.assessments.differences import (
    NO_REPORT,
    Degree,
    Difference,
    DifferenceKind,
    PairCounts,
    count_pairs,
    difference_of,
)
from progress.models import Entry, Stocktake
from progress.positions.clocks import Clocks
from progress.positions.labels import part_label
from progress.positions.plan_table import PlanLine
from progress.positions.position import NO_POSITION, Position, Positions
from progress.positions.scores.reading import ScoreCell, ScoreReading
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class ReportedScore:
    """A score, and beside it the self-report that its reader sees, if any."""

    line: PlanLine
    member: Member
    cell: ScoreCell
    position: Position
    none_label: str

    @property
    def status(self) -> str:
        """The last known status, or "not_reported" where the reader sees none."""
        return self.position.status or NO_REPORT

    @property
    def status_label(self) -> str:
        return part_label(self.status, self.none_label)

    @property
    def is_past(self) -> bool:
        """Whether there is an entry, but not of the table's stocktake."""
        return self.position.figure == "no_update"

    @cached_property
    def difference(self) -> Difference | None:
        return difference_of(self.status, self.cell.score)


@dataclass(frozen=True)
class ScoresBesideReports:
    """All scored cells of a table with their self-reports, in the plan's order."""

    reading: ScoreReading
    viewpoint: Viewpoint
    cells: Sequence[ReportedScore]

    @property
    def differing(self) -> list[ReportedScore]:
        """The cells that differ, in the order of the plan."""
        return [cell for cell in self.cells if cell.difference is not None]

    def narrowed(
        self,
        *,
        kind: DifferenceKind | None = None,
        degree: Degree | None = None,
        member: str = "",
    ) -> list[ReportedScore]:
        """Return those that differ in this way, and are of this member."""
        return [
            cell
            for cell in self.differing
            if cell.difference is not None
            and kind in {None, cell.difference.kind}
            and degree in {None, cell.difference.degree}
            and member in {"", cell.member.code}
        ]

    def counts(self, member: str = "") -> PairCounts:
        """Count the pairs of status and score, of one member or of all."""
        return count_pairs(
            (cell.status, cell.cell.score)
            for cell in self.cells
            if member in {"", cell.member.code}
        )

    @property
    def note(self) -> str:
        """What is counted for a reader below amber; nothing for others."""
        if self.viewpoint.reads_all:
            return ""
        return _("Counted from the entries released to you.")

    @property
    def entries(self) -> frozenset[UUID]:
        """The entries that are shown, for the handling mark of a file."""
        shown = [cell.position.entry for cell in self.cells]
        return frozenset(entry.pk for entry in shown if entry is not None)


def clocks_of(stocktake: Stocktake, known_at: datetime) -> Clocks:
    """Return the clocks of the self-reports beside a table of this stocktake."""
    day = stocktake.day_beside_scores(known_at)
    return Clocks(day, known_at, in_hand_at=known_at, is_now=False)


def viewpoint_of(
    stocktake: Stocktake, *, reader: User, at: datetime, known_at: datetime
) -> Viewpoint:
    """Return from where this reader sees the self-reports beside a table. No query."""
    clocks = clocks_of(stocktake, known_at)
    return Viewpoint(reader, at, stocktake.plan, stocktake, clocks)


def beside_reports(reading: ScoreReading, viewpoint: Viewpoint) -> ScoresBesideReports:
    """Return the scores beside the self-reports that the reader sees. One query."""
    positions = viewpoint.load(Entry.objects.for_cells).positions
    return beside_positions(reading, viewpoint, positions)


def beside_positions(
    reading: ScoreReading, viewpoint: Viewpoint, positions: Positions
) -> ScoresBesideReports:
    """Return the scores beside these positions. No query."""
    none_labels = {
        member.code: viewpoint.none_label(member.code) for member in reading.members
    }
    found = [
        ReportedScore(
            line,
            member,
            cell,
            positions.get((line.commitment.pk, member.code), NO_POSITION),
            none_labels[member.code],
        )
        for line in reading.plan.lines
        for member in reading.members
        if (cell := reading.cells.get((line.commitment.pk, member.code))) and cell.score
    ]
    return ScoresBesideReports(reading, viewpoint, found)
