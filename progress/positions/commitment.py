"""One commitment with the positions of all its members, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from commitments.models import Commitment
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import read_evidence
from progress.positions.reading import MemberPosition, PlanReading
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class Neighbours:
    """The commitments before and after, in plan order."""

    before: Commitment | None
    after: Commitment | None


def find_line(table: PlanTable, code: str) -> PlanLine | None:
    """Return the row of one commitment, if the plan has it."""
    return next((line for line in table.lines if line.commitment.code == code), None)


def neighbours(table: PlanTable, line: PlanLine) -> Neighbours:
    """Return the commitments before and after this one."""
    all_in_order = [None, *(row.commitment for row in table.lines), None]
    place = all_in_order.index(line.commitment)
    return Neighbours(all_in_order[place - 1], all_in_order[place + 1])


def member_positions(
    table: PlanTable, line: PlanLine, viewpoint: Viewpoint
) -> Sequence[MemberPosition]:
    """Return the position of each member that the commitment binds. Five queries."""
    reading = PlanReading.of_part(table, viewpoint, commitment=line.commitment.pk)
    shown = reading.of_line(line)
    entries = [one.position.entry for one in shown]
    read_evidence(entry for entry in entries if entry is not None)
    return shown
