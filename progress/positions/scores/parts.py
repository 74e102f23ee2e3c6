"""A part of a score table: the commitments of one action or sub-area."""

from dataclasses import replace

from progress.positions.plan_table import PlanTable
from progress.positions.scores.reading import ScoreReading, plan_figures, scored_line


def parts_of(table: PlanTable) -> dict[str, str]:
    """Return the actions, each with its sub-areas after it, in the plan's order."""
    named: dict[str, str] = {}
    for line in table.lines:
        action, sub_area = line.commitment.action, line.commitment.sub_area
        named[action.code] = f"{action.code} {action.title}"
        if sub_area is not None:
            named[sub_area.code] = f"{sub_area.code} {sub_area.title}"
    return named


def part_of(reading: ScoreReading, code: str) -> ScoreReading:
    """Return the scores of one part of the plan, with the figures of that part.

    Without a code it is the whole table. No query.
    """
    if not code or reading.figures is None:
        return reading
    lines = [
        line
        for line in reading.plan.lines
        if code in {(codes := scored_line(line)).action, codes.sub_area}
    ]
    plan = replace(reading.plan, lines=lines)
    return replace(reading, plan=plan, figures=plan_figures(plan, reading.cells))
