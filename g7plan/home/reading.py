"""What observers and assessors read first: the status of the plan, and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Role
from progress.positions.news import NewChange, newest_changes
from progress.positions.overview import Overview, build_overview
from progress.positions.plan_table import NextSummit, plan_table
from progress.positions.viewpoint import Viewpoint

NEWEST = 5


@dataclass(frozen=True)
class ReadingDesk:
    """The status of the plan for a reader, and what changed last."""

    overview: Overview
    newest: Sequence[NewChange]
    next_summit: NextSummit | None
    # Whether the reader scores compliance, which they cannot do here yet.
    is_assessor: bool


def reading_desk(viewpoint: Viewpoint) -> ReadingDesk | None:
    """Return what the reader may see of the plan. Five queries."""
    table = plan_table(viewpoint.plan.slug, on=viewpoint.clocks.at)
    if table is None:
        return None
    reader, at = viewpoint.reader, viewpoint.reading_at
    return ReadingDesk(
        overview=build_overview(table, viewpoint),
        newest=newest_changes(reader, at, size=NEWEST),
        next_summit=table.next_summit,
        is_assessor=reader.has_role(Role.ASSESSOR),
    )
