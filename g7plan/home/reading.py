"""What observers and assessors read first: the status of the plan, and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Role, User
from progress.assessments.desk import BodyDesk, OwnTable
from progress.positions.news import NewChange, newest_changes
from progress.positions.overview import Overview, build_overview
from progress.positions.plan_table import NextSummit, plan_table
from progress.positions.viewpoint import Viewpoint

NEWEST = 5
MOST_TABLES = 5


@dataclass(frozen=True)
class ScoringDesk:
    """The tables at work of an assessor's body, or that the reader has no body."""

    has_body: bool
    tables: Sequence[OwnTable] = ()


@dataclass(frozen=True)
class ReadingDesk:
    """The status of the plan for a reader, and what changed last."""

    overview: Overview
    newest: Sequence[NewChange]
    next_summit: NextSummit | None
    # What an assessor's body has to do. None for readers who score nothing.
    scoring: ScoringDesk | None


def reading_desk(viewpoint: Viewpoint) -> ReadingDesk | None:
    """Return what the reader may see of the plan. Five queries.

    Two more for assessors.
    """
    table = plan_table(viewpoint.plan.slug, on=viewpoint.clocks.at)
    if table is None:
        return None
    reader, at = viewpoint.reader, viewpoint.reading_at
    return ReadingDesk(
        overview=build_overview(table, viewpoint),
        newest=newest_changes(reader, at, size=NEWEST),
        next_summit=table.next_summit,
        scoring=_scoring(reader, at),
    )


def _scoring(reader: User, at: datetime) -> ScoringDesk | None:
    """Return what the reader's body works on. Two queries, for assessors only."""
    if not reader.has_role(Role.ASSESSOR):
        return None
    if reader.assessing_body is None:
        return ScoringDesk(has_body=False)
    return ScoringDesk(True, BodyDesk(reader, at).open_tables(size=MOST_TABLES))
