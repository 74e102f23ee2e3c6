"""Which released tables a reader sees, known at an instant. One query each."""

from datetime import datetime

from accounts.models import User
from accounts.wording.names import name_order
from commitments.models import Plan
from progress.models import AssessmentTable

# Older ones are not in the page of scores over time: a phone has room for six columns,
# and a body has an interim and a final table for each stocktake.
MOST_TABLES = 12


def released_tables(
    reader: User, at: datetime, *, known_at: datetime, plan: Plan | None = None
) -> list[AssessmentTable]:
    """Return the tables in force at an instant that this reader may see.

    The newest plan is first, in it the newest stocktake, and in that bodies by name.
    A table that was superseded by then is left out, also where the reader may not see
    the one that took its place.
    """
    visible = AssessmentTable.objects.visible_to(reader, at).as_known_at(known_at)
    found = visible.with_places()
    if plan is not None:
        found = found.filter(stocktake__plan=plan)
    return sorted(found, key=_place)


def _place(table: AssessmentTable) -> tuple[object, ...]:
    stocktake = table.stocktake
    return (
        -stocktake.plan.adopted_on.toordinal(),
        stocktake.plan.slug,
        -stocktake.opens_at.timestamp(),
        *name_order(table.body.name),
        table.body_id,
    )


def find_table(
    tables: list[AssessmentTable], *, body: str, stocktake: str = ""
) -> AssessmentTable | None:
    """Return the table of a body among these: of a stocktake, or else the newest."""
    return next(
        (
            table
            for table in tables
            if table.body_id == body and stocktake in {"", table.stocktake.slug}
        ),
        None,
    )


def tables_over_time(
    reader: User, at: datetime, *, known_at: datetime, plan: Plan, body: str
) -> list[AssessmentTable]:
    """Return the last released table of each stocktake and phase, the oldest first.

    An interim table stays beside the final one that superseded it: it is the body's
    word of then.
    """
    visible = AssessmentTable.objects.visible_to(reader, at)
    found = (
        visible.newest_of_each_phase_at(known_at)
        .filter(body=body, stocktake__plan=plan)
        .with_places()
        .order_by("-stocktake__opens_at", "-number", "pk")
    )
    return list(reversed(found[:MOST_TABLES]))
