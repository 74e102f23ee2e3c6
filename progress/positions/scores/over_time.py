"""The released tables of one body over time, with their figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.wording.names import in_language
from progress.assessments.figures import TableFigures
from progress.models import AssessmentTable
from progress.positions.plan_table import PlanTable
from progress.positions.scores.reading import readings_of
from progress.positions.scores.tables import tables_over_time


@dataclass(frozen=True)
class ScorePoint:
    """A released table at its place in time."""

    table: AssessmentTable
    figures: TableFigures

    @property
    def is_final(self) -> bool:
        return self.table.is_final

    @property
    def released_at(self) -> datetime:
        """When it was released. Raises ValueError for a table that is not."""
        if self.table.released_at is None:
            raise ValueError(self.table)
        return self.table.released_at


@dataclass(frozen=True)
class ScoresOverTime:
    """The last released table of each stocktake and phase, the oldest first."""

    plan: PlanTable
    points: Sequence[ScorePoint]

    def name_of(self, member: str) -> str:
        """Return the name of a member by code; empty for no member of the plan."""
        named = {one.code: in_language(one.name) for one in self.plan.members}
        return named.get(member, "")


def read_over_time(
    plan: PlanTable, *, body: str, reader: User, at: datetime, known_at: datetime
) -> ScoresOverTime:
    """Return the tables of a body that this reader sees, with figures. Two queries.

    A reader of single cells gets none: a point is a figure of a whole table.
    """
    tables = tables_over_time(reader, at, known_at=known_at, plan=plan.plan, body=body)
    readings = readings_of(tables, plan, reader=reader, at=at)
    return ScoresOverTime(
        plan,
        [
            ScorePoint(reading.table, reading.figures)
            for reading in readings
            if reading.figures is not None
        ],
    )
