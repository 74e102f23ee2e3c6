"""The changes of score tables: a release is one line, however many scores it has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.compiled_queries import Sql
from commitments.models import Commitment
from progress.changes.change import ChangeKind
from progress.changes.order import ZERO, Place, released_since, sql_of
from progress.changes.sight import Sight
from progress.models import Assessment, AssessmentTable
from progress.querysets.lookups import is_among


@dataclass(frozen=True)
class TableChange:
    """A table that was released, or one that left its reader's sight."""

    kind: ChangeKind
    at: datetime
    table: AssessmentTable


def table_changes(
    sight: Sight, *, size: int, after: Place = ZERO, since: datetime | None = None
) -> list[TableChange]:
    """Return the last changes of tables for a reader, the newest first.

    Only those after a place in the order of changes, or after an instant. One query, or
    two if a table is gone.
    """
    rows: Any = _changed(sight, after)
    if since is not None:
        rows = rows.filter(released_at__gt=since)
    found = list(rows.with_places().order_by("-released_at", "pk")[:size])
    gone = [table.replaced_id for table in found if not table.is_seen]
    before = sight.tables().with_places().in_bulk(gone) if gone else {}
    changes = []
    for table in found:
        kind = ChangeKind.RELEASED if table.is_seen else ChangeKind.REMOVED
        shown = table if table.is_seen else before.get(table.replaced_id)
        if shown is not None:
            changes.append(TableChange(kind, table.released_at, shown))
    return changes


def table_changes_sql(sight: Sight, *, size: int, after: Place) -> Sql | None:
    """Return the query of the keys of tables that changed after a place."""
    return sql_of(_changed(sight, after).values_list("pk")[:size])


def _changed(sight: Sight, after: Place) -> QuerySet[Any]:
    """Return the released tables that show, or end, a table for this reader."""
    visible = sight.tables()
    rows: QuerySet[Any] = AssessmentTable.objects.released().with_replaced().order_by()
    rows = rows.annotate(is_seen=is_among(visible.filter(pk=OuterRef("pk"))))
    ends_one = is_among(visible.filter(pk=OuterRef("replaced_id")))
    rows = rows.filter(Q(is_seen=True) | Q(ends_one))
    if sight.filters.plan is not None:
        rows = rows.filter(stocktake__plan__slug=sight.filters.plan)
    if sight.commitments is not None:
        of_plan = Commitment.objects.filter(plan=OuterRef("stocktake__plan"))
        rows = rows.filter(Exists(of_plan.filter(pk__in=sight.commitments)))
    if after == ZERO:
        return rows
    rows = rows.filter(released_since(after))
    on_record = Assessment.objects.filter(
        table=OuterRef("pk"), ledger_record__isnull=False
    )
    last = on_record.order_by("-ledger_record").values("ledger_record")[:1]
    rows = rows.annotate(last=Subquery(last, output_field=BigIntegerField()))
    return rows.filter(last__gt=after.number)
