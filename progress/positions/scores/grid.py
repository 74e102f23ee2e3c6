"""A score table as its page shows it: rows, headings and what is at its foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from accounts.models import Member
from accounts.wording.names import in_language
from commitments.models import Action, SubArea
from progress.assessments.figures import ScoreFigure
from progress.positions.plan_table import PlanLine
from progress.positions.scores.comparison import BodyComparison
from progress.positions.scores.reading import (
    ScoreCell,
    ScoreGroup,
    ScoreReading,
    ScoreRow,
)

# Of average, percentage and rank, at the right.
FIGURE_COLUMNS = 3


class GridCell(NamedTuple):
    """A score with the member that it is of. Without a score its text is empty."""

    member: Member
    text: str


@dataclass(frozen=True)
class GridRow:
    """A commitment with a cell for each member, in their order."""

    line: PlanLine
    cells: Sequence[GridCell]
    figure: ScoreFigure | None


@dataclass(frozen=True)
class GridGroup:
    """The rows below one heading, and the heading of the action above it."""

    action: Action
    heading: Action | SubArea
    rows: Sequence[GridRow]
    figure: ScoreFigure | None
    # Of the action, where its heading is above that of its first sub-area.
    opens_action: bool
    action_figure: ScoreFigure | None

    @property
    def is_of_sub_area(self) -> bool:
        return self.heading != self.action


def grid_of(reading: ScoreReading) -> dict[str, Any]:
    """Return what the template of a score table needs. No query."""
    return {
        "groups": [_group(reading, group) for group in reading.groups],
        "member_figures": reading.member_figures(),
        "columns": len(reading.members) + 1,
        "figure_columns": FIGURE_COLUMNS,
    }


def _group(reading: ScoreReading, group: ScoreGroup) -> GridGroup:
    figures = reading.figures
    return GridGroup(
        action=group.action,
        heading=group.heading,
        rows=[_row(reading, row) for row in group.rows],
        figure=group.figure,
        opens_action=group.opens_action,
        action_figure=figures.actions[group.action.code] if figures else None,
    )


def _row(reading: ScoreReading, row: ScoreRow) -> GridRow:
    cells = [
        GridCell(member, cell.text if cell else "")
        for member, cell in zip(reading.members, row.cells, strict=True)
    ]
    return GridRow(row.line, cells, row.figure)


class GridPair(NamedTuple):
    """Two bodies' scores of one cell, with the addresses of their pages."""

    # The member and the code of the commitment, for those who do not see the heads.
    name: str
    first: str
    second: str
    first_url: str
    second_url: str

    @property
    def is_same(self) -> bool:
        """Whether both bodies say the same, or neither says anything."""
        return self.first == self.second

    @property
    def differs(self) -> bool:
        """Whether both bodies say something, and not the same."""
        return bool(self.first and self.second) and not self.is_same


class PairsRow(NamedTuple):
    """A commitment with both bodies' scores, in the order of the members."""

    code: str
    title: str
    pairs: Sequence[GridPair]


def pair_grid(comparison: BodyComparison, *, kept: str) -> list[PairsRow]:
    """Return what the template of two bodies needs. No query.

    `kept` is the query that the addresses keep. They are relative to the page, because
    a plan has hundreds.
    """
    other = comparison.second.table.body_id
    rows = []
    for row in comparison.rows:
        code = row.line.commitment.code
        pairs = []
        for member, pair in zip(comparison.members, row.pairs, strict=True):
            end = f"{code}/{member.code}/{kept}"
            name = f"{in_language(member.name)}, {code}"
            texts = _text(pair.first), _text(pair.second)
            pairs.append(GridPair(name, *texts, f"../{end}", f"../../{other}/{end}"))
        rows.append(PairsRow(code, in_language(row.line.commitment.short_title), pairs))
    return rows


def _text(cell: ScoreCell | None) -> str:
    return cell.text if cell else ""
