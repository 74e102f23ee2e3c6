"""The page of one member on a plan: all its commitments, as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Member
from progress.positions.charts.chart import Chart
from progress.positions.charts.reading import read_status_mix
from progress.positions.figures import Figures
from progress.positions.plan_table import PlanTable
from progress.positions.position import read_evidence
from progress.positions.reading import (
    MemberPosition,
    PlanReading,
    ReadingAction,
    ReadingRow,
    by_action,
)
from progress.positions.scores.beside import MemberAverage, averages_of_member
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class ReadMember:
    """A member's positions, before any filter."""

    reading: PlanReading
    positions: Sequence[MemberPosition]
    figures: Figures
    # The status mix of each sub-area.
    chart: Chart
    # Each body's average of the member, beside what it reports.
    averages: Sequence[MemberAverage] = ()


def find_member(table: PlanTable, code: str) -> Member | None:
    """Return the member, if a commitment of the plan binds it."""
    return next((member for member in table.members if member.code == code), None)


def read_member(table: PlanTable, member: Member, viewpoint: Viewpoint) -> ReadMember:
    """Return all positions of the member, with their texts. Four queries."""
    reading = PlanReading.of_part(table, viewpoint, member=member.code)
    positions = [
        reading.of(line, member)
        for line in table.lines
        if member.code in line.member_codes
    ]
    chart = read_status_mix(
        table, viewpoint, reading.positions, by="sub_area", member=member.code
    )
    figures = reading.figures(positions)
    averages = averages_of_member(table.lines, member, reading.outside_scores)
    return ReadMember(reading, positions, figures, chart, averages)


def shown_actions(
    read: ReadMember, positions: Sequence[MemberPosition]
) -> list[ReadingAction]:
    """Return those to show, with evidence, in the order of the plan. One query."""
    entries = [one.position.entry for one in positions]
    read_evidence(entry for entry in entries if entry is not None)
    plan = read.reading.table.plan
    rows = [ReadingRow.of(plan, one.line, [one]) for one in positions]
    return by_action(rows)
