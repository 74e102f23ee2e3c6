"""What observers and assessors read first: the status of the plan, and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.models import Role
from commitments.models import Summit
from progress.positions.news import NewChange, newest_changes
from progress.positions.overview import Overview, build_overview
from progress.positions.plan_table import plan_table
from progress.positions.viewpoint import Viewpoint

NEWEST = 5


@dataclass(frozen=True)
class ReadingDesk:
    """The status of the plan for a reader, and what changed last."""

    overview: Overview
    newest: Sequence[NewChange]
    next_summit: Summit | None
    # Whether the reader scores compliance, which they cannot do here yet.
    is_assessor: bool


def reading_desk(viewpoint: Viewpoint) -> ReadingDesk | None:
    """Return what the reader may see of the plan. Six queries."""
    table = plan_table(viewpoint.plan.slug, on=viewpoint.clocks.at)
    if table is None:
        return None
    reader, at = viewpoint.reader, viewpoint.reading_at
    return ReadingDesk(
        overview=build_overview(table, viewpoint),
        newest=newest_changes(reader, at, size=NEWEST),
        next_summit=next(iter(_next_summit(on=viewpoint.clocks.at)), None),
        is_assessor=reader.has_role(Role.ASSESSOR),
    )


@CompiledOnce
def _next_summit(*, on: date) -> QuerySet[Summit]:
    return Summit.objects.filter(ends_on__gte=on).order_by("starts_on", "pk")[:1]
