"""The page of one member on a plan: all its commitments, as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Member
from progress.models import Stocktake
from progress.positions.figures import Figures
from progress.positions.plan_table import PlanTable
from progress.positions.position import read_evidence
from progress.positions.reading import (
    PlanReading,
    ReadingAction,
    ReadingRow,
    by_action,
)
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class ReadMember:
    """A member's positions, with the counts of all of them."""

    actions: Sequence[ReadingAction]
    figures: Figures
    since: Stocktake | None


def find_member(table: PlanTable, code: str) -> Member | None:
    """Return the member, if a commitment of the plan binds it."""
    return next((member for member in table.members if member.code == code), None)


def build_member(table: PlanTable, member: Member, viewpoint: Viewpoint) -> ReadMember:
    """Return all positions of the member, with texts and evidence. Six queries."""
    reading = PlanReading.of_part(table, viewpoint, member=member.code)
    rows = [
        ReadingRow.of(table.plan, line, [reading.of(line, member)])
        for line in table.lines
        if member.code in line.member_codes
    ]
    entries = [one.position.entry for row in rows for one in row.shown]
    read_evidence(entry for entry in entries if entry is not None)
    return ReadMember(
        by_action(rows, reading.figures),
        reading.figures(one for row in rows for one in row.shown),
        reading.comparison.stocktake if reading.comparison else None,
    )
