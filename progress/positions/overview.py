"""A plan at a glance: counts of positions for each action and for the whole plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from commitments.models import Action
from progress.models import Entry
from progress.positions.figures import Figures, count
from progress.positions.plan_table import PlanTable
from progress.positions.position import NO_POSITION
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class ActionFigures:
    """The counts of one action."""

    action: Action
    figures: Figures


@dataclass(frozen=True)
class Overview:
    """The counts of each action; they add up to those of the plan."""

    actions: Sequence[ActionFigures]
    overall: Figures


def build_overview(table: PlanTable, viewpoint: Viewpoint) -> Overview:
    """Return the counts, from what the reader may see. One query."""
    positions = viewpoint.load(Entry.objects.for_cells).positions
    cells = [
        (line.commitment.action, positions.get((line.commitment.pk, code), NO_POSITION))
        for line in table.lines
        for code in line.member_codes
    ]
    actions = dict.fromkeys(action for action, _position in cells)
    return Overview(
        actions=[
            ActionFigures(
                action, count(position for owner, position in cells if owner == action)
            )
            for action in actions
        ],
        overall=count(position for _action, position in cells),
    )
