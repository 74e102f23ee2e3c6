"""Scores by assessing bodies on the pages of plans, members and commitments.

They are shown below what members report, in a section of their own, and count in no
figure there. Each is of the newest table that a body has in force at the page's clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from accounts.models import Member, User
from commitments.models import Commitment
from progress.assessments.figures import ScoredLine, ScoreFigure, figures_of
from progress.models import Assessment, AssessmentTable, Stocktake
from progress.positions.plan_table import PlanLine
from progress.positions.position import Key
from progress.positions.scores.reading import scored_line
from progress.positions.scores.tables import released_tables
from progress.positions.viewpoint import Viewpoint

# What is read of each score and of its table, by the name that it gets.
_READ = {
    "body": "table__body",
    "body_name": "table__body__name",
    "stocktake": "table__stocktake__slug",
    "stocktake_title": "table__stocktake__title",
    "phase": "table__phase",
    "score": "score",
}


class ReadingMoment(NamedTuple):
    """Who reads, with the rights of which instant, and what was known when."""

    reader: User
    at: datetime
    known_at: datetime


class OutsideScore(NamedTuple):
    """A body's score of one member commitment, and of which table it is."""

    body: str
    body_name: str
    stocktake: str
    stocktake_title: str
    phase: str
    score: str

    @property
    def phase_label(self) -> str:
        return str(AssessmentTable.Phase(self.phase).label)


OutsideScores = Mapping[Key, Sequence[OutsideScore]]


class MemberScore(NamedTuple):
    """A body's score of one member on a commitment."""

    member: Member
    given: OutsideScore


@dataclass(frozen=True)
class CommitmentScores:
    """A body's scores of one commitment, in the order of the members."""

    code: str
    scores: Sequence[MemberScore]

    @property
    def table(self) -> OutsideScore:
        """Of which body and table they are: any of the scores says so."""
        return self.scores[0].given


@dataclass(frozen=True)
class MemberAverage:
    """A body's average of one member over a whole plan."""

    table: OutsideScore
    figure: ScoreFigure


def with_outside_scores(rows: Any, moment: ReadingMoment) -> Any:
    """Annotate member commitments with `outside_scores`. It takes no query of its own.

    They are the cells that the reader sees in tables in force, the newest stocktake
    first. Blank cells are among them.
    """
    in_force = AssessmentTable.objects.as_known_at(moment.known_at)
    visible = Assessment.objects.visible_to(moment.reader, moment.at)
    cells = visible.filter(member_commitment=OuterRef("pk"), table__in=in_force)
    newest = cells.order_by("-table__stocktake__opens_at", "table__body__name", "pk")
    shown = newest.values(
        row=JSONObject(**{name: F(path) for name, path in _READ.items()})
    )
    return rows.annotate(outside_scores=ArraySubquery(shown))


def outside_scores_of(row: Any) -> list[OutsideScore]:
    """Return the newest score of each body, of a row of `with_outside_scores`."""
    newest: dict[str, OutsideScore] = {}
    for found in row.outside_scores:
        given = OutsideScore(**found)
        newest.setdefault(given.body, given)
    return sorted(newest.values(), key=lambda given: given.body_name)


def scores_of_commitment(
    commitment: Commitment, members: Sequence[Member], scores: OutsideScores
) -> list[CommitmentScores]:
    """Return each body's scores of a commitment. No query."""
    by_body: dict[str, list[MemberScore]] = {}
    for member in members:
        for given in scores.get((commitment.pk, member.code), ()):
            by_body.setdefault(given.body, []).append(MemberScore(member, given))
    return [CommitmentScores(commitment.code, found) for found in by_body.values()]


def averages_of_member(
    lines: Iterable[PlanLine], member: Member, scores: OutsideScores
) -> list[MemberAverage]:
    """Return each body's average of a member, of its newest table. No query.

    A member's average follows from its own cells alone. Its rank does not, and so it is
    on the page of the table only.
    """
    tables: dict[str, OutsideScore] = {}
    given: dict[str, dict[tuple[str, str], str]] = {}
    scored: dict[str, list[ScoredLine]] = {}
    for line in lines:
        commitment = line.commitment
        for one in scores.get((commitment.pk, member.code), ()):
            tables.setdefault(one.body, one)
            if one.stocktake == tables[one.body].stocktake:
                given.setdefault(one.body, {})[commitment.code, member.code] = one.score
                scored.setdefault(one.body, []).append(scored_line(line))
    return [
        MemberAverage(
            table,
            figures_of(scored[body], [member.code], given[body]).members[member.code],
        )
        for body, table in tables.items()
    ]


def newest_tables_of(viewpoint: Viewpoint) -> list[AssessmentTable]:
    """Return the newest table in force of each body that the reader sees. One query."""
    tables = released_tables(
        viewpoint.reader,
        viewpoint.reading_at,
        known_at=viewpoint.clocks.known_at,
        plan=viewpoint.plan,
    )
    newest: dict[str, AssessmentTable] = {}
    for table in tables:
        newest.setdefault(table.body_id, table)
    return list(newest.values())


def tables_of(
    stocktake: Stocktake, reader: User, at: datetime
) -> list[AssessmentTable]:
    """Return the tables in force of one stocktake. None before it opened. One query."""
    if stocktake.opened_at is None:
        return []
    tables = released_tables(reader, at, known_at=at, plan=stocktake.plan)
    return [table for table in tables if table.stocktake_id == stocktake.pk]
