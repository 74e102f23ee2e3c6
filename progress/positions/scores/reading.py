"""A released table of scores as one reader sees it: its cells in the plan's order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, Self
from uuid import UUID

from accounts.models import Member, User
from accounts.wording.names import in_language
from commitments.models import Action, SubArea
from progress.assessments.figures import (
    ScoredLine,
    ScoreFigure,
    Scores,
    TableFigures,
    figures_of,
)
from progress.assessments.text import score_label, score_text
from progress.models import Assessment, AssessmentTable
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import Key
from progress.querysets.assessments import AssessmentQuerySet, reads_whole_tables


class ScoreCell(NamedTuple):
    """One score of a table. Its rationale and sources are on a page of their own."""

    assessment: UUID
    score: str

    @property
    def text(self) -> str:
        return score_text(self.score)

    @property
    def label(self) -> str:
        return score_label(self.score)


@dataclass(frozen=True)
class ScoreRow:
    """A commitment with its scores, in the order of the members."""

    line: PlanLine
    # None where there is no cell that the reader sees.
    cells: Sequence[ScoreCell | None]
    # None for a reader of single cells.
    figure: ScoreFigure | None


@dataclass(frozen=True)
class ScoreGroup:
    """The rows of a sub-area, or of an action without sub-areas."""

    rows: Sequence[ScoreRow]
    # Whether the heading of the action comes above: it is the first of its sub-areas.
    opens_action: bool
    figure: ScoreFigure | None
    # One for each member, in their order; empty for a reader of single cells.
    members: Sequence[ScoreFigure]

    @property
    def action(self) -> Action:
        return self.rows[0].line.commitment.action

    @property
    def heading(self) -> Action | SubArea:
        return self.rows[0].line.commitment.sub_area or self.action


class RankedFigure(NamedTuple):
    """A member or an area in a ranking."""

    code: str
    name: str
    figure: ScoreFigure


@dataclass(frozen=True)
class ScoreReading:
    """A released table as one reader sees it."""

    table: AssessmentTable
    plan: PlanTable
    cells: Mapping[Key, ScoreCell]
    # None for a key that is limited to the commitments of an instrument: averages and
    # ranks of a whole table would tell it about the other commitments.
    figures: TableFigures | None

    @classmethod
    def of(
        cls, table: AssessmentTable, plan: PlanTable, *, reader: User, at: datetime
    ) -> Self:
        """Return the table as this reader sees it. One query."""
        visible = Assessment.objects.visible_to(reader, at).filter(table=table)
        is_whole = reads_whole_tables(reader)
        return cls.of_cells(table, plan, visible, is_whole=is_whole)

    @classmethod
    def of_cells(
        cls,
        table: AssessmentTable,
        plan: PlanTable,
        cells: AssessmentQuerySet,
        *,
        is_whole: bool = True,
    ) -> Self:
        """Return the table with these cells of it. One query.

        `is_whole` is whether these are all its cells, so that there are figures.
        """
        found = {key: cell for _table, key, cell in _cells_of(cells)}
        figures = plan_figures(plan, found) if is_whole else None
        return cls(table, plan, found, figures)

    @property
    def members(self) -> Sequence[Member]:
        return self.plan.members

    @property
    def groups(self) -> list[ScoreGroup]:
        """The commitments by sub-area, or by action, in the order of the plan."""
        groups: list[ScoreGroup] = []
        for area, lines in groupby(self.plan.lines, key=_area_of):
            rows = [self._row(line) for line in lines]
            commitment = rows[0].line.commitment
            is_first = not groups or groups[-1].action != commitment.action
            opens_action = is_first and commitment.sub_area is not None
            figure, members = self._of_area(area)
            groups.append(ScoreGroup(rows, opens_action, figure, members))
        return groups

    def _row(self, line: PlanLine) -> ScoreRow:
        code, pk = line.commitment.code, line.commitment.pk
        cells = [self.cells.get((pk, member.code)) for member in self.members]
        figure = self.figures.commitments[code] if self.figures else None
        return ScoreRow(line, cells, figure)

    def _of_area(self, area: str) -> tuple[ScoreFigure | None, Sequence[ScoreFigure]]:
        if self.figures is None:
            return None, ()
        of_members = self.figures.members_in_areas[area]
        members = [of_members[member.code] for member in self.members]
        return self.figures.areas[area], members

    def member_figures(self) -> list[ScoreFigure]:
        """Return the figure of each member, in their order. Empty without figures."""
        if self.figures is None:
            return []
        return [self.figures.members[member.code] for member in self.members]

    def scores(self) -> Scores:
        """Return the scores by the codes of commitment and member."""
        return _by_codes(self.plan, self.cells)

    def ranked_members(self) -> list[RankedFigure]:
        """Return the members by rank."""
        if self.figures is None:
            return []
        named = {member.code: in_language(member.name) for member in self.members}
        return _by_rank(named, self.figures.members)

    def ranked_areas(self) -> list[RankedFigure]:
        """Return the sub-areas, and the actions that have none, by rank."""
        if self.figures is None:
            return []
        return _by_rank(area_names(self.plan), self.figures.areas)


def readings_of(
    tables: Sequence[AssessmentTable], plan: PlanTable, *, reader: User, at: datetime
) -> list[ScoreReading]:
    """Return several tables of a plan as this reader sees them. One query."""
    visible = Assessment.objects.visible_to(reader, at)
    by_table: dict[UUID, dict[Key, ScoreCell]] = {table.pk: {} for table in tables}
    wanted = visible.filter(table__in=by_table)
    for pk, key, cell in _cells_of(wanted) if tables else ():
        by_table[pk][key] = cell
    is_whole = reads_whole_tables(reader)
    return [
        ScoreReading(
            table,
            plan,
            by_table[table.pk],
            plan_figures(plan, by_table[table.pk]) if is_whole else None,
        )
        for table in tables
    ]


def plan_figures(plan: PlanTable, cells: Mapping[Key, ScoreCell]) -> TableFigures:
    """Return the figures of all cells of a table. No query."""
    return figures_of(
        [scored_line(line) for line in plan.lines],
        [member.code for member in plan.members],
        _by_codes(plan, cells),
    )


def scored_line(line: PlanLine) -> ScoredLine:
    """Return a commitment by its codes."""
    commitment = line.commitment
    sub_area = commitment.sub_area
    return ScoredLine(
        commitment.code, commitment.action.code, sub_area.code if sub_area else ""
    )


def area_names(plan: PlanTable) -> dict[str, str]:
    """Return the names of the sub-areas, and of the actions that have none."""
    headings = {
        _area_of(line): line.commitment.sub_area or line.commitment.action
        for line in plan.lines
    }
    return {code: f"{code} {heading.title}" for code, heading in headings.items()}


def _area_of(line: PlanLine) -> str:
    return scored_line(line).area


def _by_codes(plan: PlanTable, cells: Mapping[Key, ScoreCell]) -> Scores:
    codes = {line.commitment.pk: line.commitment.code for line in plan.lines}
    return {
        (codes[commitment], member): cell.score
        for (commitment, member), cell in cells.items()
        if commitment in codes
    }


def _by_rank(
    names: Mapping[str, str], figures: Mapping[str, ScoreFigure]
) -> list[RankedFigure]:
    """Return the figures by rank. Equal ranks keep their order; no rank comes last."""
    ranked = [RankedFigure(code, name, figures[code]) for code, name in names.items()]
    return sorted(ranked, key=_place)


def _place(one: RankedFigure) -> tuple[bool, int]:
    return one.figure.rank is None, one.figure.rank or 0


def _cells_of(cells: AssessmentQuerySet) -> Iterable[tuple[UUID, Key, ScoreCell]]:
    """Yield the table, the key and the score of each cell. One query."""
    found = cells.order_by().values_list(
        "table",
        "member_commitment__commitment",
        "member_commitment__member",
        "pk",
        "score",
    )
    for table, commitment, member, pk, score in found:
        yield table, (commitment, member), ScoreCell(pk, score)
