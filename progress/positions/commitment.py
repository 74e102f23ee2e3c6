"""One commitment with the positions of all its members, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from commitments.models import Clause, Commitment
from progress.models import Stocktake
from progress.positions.figures import ORDER
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import read_evidence
from progress.positions.reading import MemberPosition, PlanReading, ReadClause
from progress.positions.scores.beside import CommitmentScores, scores_of_commitment
from progress.positions.viewpoint import Viewpoint

# Before any publication.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# What has moved comes first, and what has not last.
_CHANGES: Final = ("up", "down", "other", "new", "gone", "same", "")


@dataclass(frozen=True)
class Neighbours:
    """The commitments before and after, in plan order."""

    before: Commitment | None
    after: Commitment | None


@dataclass(frozen=True)
class ReadCommitment:
    """The positions of the members in their own order, which a strip shows."""

    positions: Sequence[MemberPosition]
    since: Stocktake | None
    # Each body's scores, beside what members report.
    scores: Sequence[CommitmentScores] = ()

    def in_order(self, order: str) -> list[MemberPosition]:
        """Return them by status, newest or change, or in the order of the members."""
        key = _ORDERS.get(order)
        return sorted(self.positions, key=key) if key else list(self.positions)


def find_line(table: PlanTable, code: str) -> PlanLine | None:
    """Return the row of one commitment, if the plan has it."""
    return next((line for line in table.lines if line.commitment.code == code), None)


def neighbours(table: PlanTable, line: PlanLine) -> Neighbours:
    """Return the commitments before and after this one."""
    all_in_order = [None, *(row.commitment for row in table.lines), None]
    place = all_in_order.index(line.commitment)
    return Neighbours(all_in_order[place - 1], all_in_order[place + 1])


def clauses_of(line: PlanLine) -> list[ReadClause]:
    """Return the promises of a commitment that has several. One query."""
    found = Clause.objects.filter(commitment=line.commitment).order_by("letter")
    return [ReadClause(clause.letter, clause.text) for clause in found]


def read_commitment(
    table: PlanTable, line: PlanLine, viewpoint: Viewpoint
) -> ReadCommitment:
    """Return the position of each member that the commitment binds. Five queries."""
    reading = PlanReading.of_part(table, viewpoint, commitment=line.commitment.pk)
    shown = reading.of_line(line)
    entries = [one.position.entry for one in shown]
    read_evidence(entry for entry in entries if entry is not None)
    scores = scores_of_commitment(
        line.commitment, table.members, reading.outside_scores
    )
    return ReadCommitment(shown, reading.since, scores)


def _by_status(one: MemberPosition) -> tuple[int, bool]:
    return ORDER.index(one.mark), one.is_past


def _by_newest(one: MemberPosition) -> float:
    entry = one.position.entry
    published_at = (entry.published_at if entry else None) or _NEVER
    return -published_at.timestamp()


def _by_change(one: MemberPosition) -> int:
    return _CHANGES.index(one.position.change)


_ORDERS: Final[Mapping[str, Callable[[MemberPosition], tuple[int, bool] | float]]] = {
    "status": _by_status,
    "newest": _by_newest,
    "change": _by_change,
}
