"""The order of changes, and the rows of it that a reader sees.

Publications and releases are in the order of the ledger: its numbers have no gap, and
follow the commits. An erasure comes after the record that was the last one at its time.
One statement reads all, so that it sees them at one instant.
"""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, F, OuterRef, Q, QuerySet, Value

from accounts.compiled_queries import Sql
from commitments.models import MemberCommitment
from progress.changes.assessments import placed_assessments
from progress.changes.change import ChangeSubject
from progress.changes.order import (
    COLUMNS,
    ChangeRange,
    Place,
    PlacedRow,
    sql_of,
    subject_column,
)
from progress.changes.sight import Sight
from progress.models import Entry, Handling, Tombstone
from progress.querysets.changes import CHANGE_HANDLING
from progress.querysets.lookups import is_among
from progress.querysets.visibility import visible_with


def placed_rows(sight: Sight, stretch: ChangeRange) -> list[PlacedRow]:
    """Return the rows that are a change for this reader, in the stretch's order."""
    placed = placed_sql(sight, stretch)
    if placed is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*placed)
        found = cursor.fetchall()
    return [
        PlacedRow(key, Place(number, erasure), ChangeSubject(about))
        for key, number, erasure, about in found
    ]


def placed_sql(sight: Sight, stretch: ChangeRange) -> Sql | None:
    """Return the query of `placed_rows`, or None if there can be none."""
    found_by: list[Sql | None] = []
    if sight.filters.includes(ChangeSubject.ENTRY):
        found_by += [*_publications(sight, stretch), _erasures(sight, stretch)]
    if sight.filters.includes(ChangeSubject.ASSESSMENT):
        found_by += placed_assessments(sight, stretch)
    parts = [part for part in found_by if part is not None]
    if not parts:
        return None
    direction = stretch.direction
    together = " UNION ALL ".join(f"({sql})" for sql, _values in parts)
    sql = (
        f"SELECT * FROM ({together}) AS placed"  # noqa: S608 - compiled SQL
        f" ORDER BY 2 {direction}, 3 {direction} LIMIT {stretch.size:d}"
    )
    return sql, tuple(value for _sql, values in parts for value in values)


# ---- Publications


def _publications(sight: Sight, stretch: ChangeRange) -> list[Sql | None]:
    """Return the queries that find them, each by a range of an index.

    Each reads nothing that the reader may not see, however much of that there is. No
    row is in two of them.
    """
    rights = sight.rights
    labels = [*Handling.values] if rights.is_presidency else [*rights.handlings]
    others = [label for label in Handling.values if label not in labels]
    if sight.is_narrow:
        found = [_of_each(sight.owed(), labels, stretch)]
    elif sight.is_filtered:
        owed = Q(member_commitment__in=sight.owed())
        found = [_of_all(label, stretch, owed) for label in labels]
    else:
        found = [_of_all(label, stretch) for label in labels]
    if rights.own_member and others:
        own = sight.owed().filter(member=rights.own_member)
        found.append(_of_each(own, others, stretch))
    if sight.reviewed and others and rights.chair != rights.own_member:
        chairs = sight.owed().filter(member=rights.chair)
        found.append(_of_each(chairs, others, stretch, _reviewed(sight)))
    return found


def _reviewed(sight: Sight) -> Q:
    """Return the condition that a publication changes what a second reviewer sees."""
    shown = ~Q(kind=Entry.Kind.WITHDRAWAL) & Q(stocktake__in=sight.reviewed)
    return shown | Q(supersedes__stocktake__in=sight.reviewed)


class _OfOneCommitment(Expression):
    """In `_of_each`: publications of one commitment of a member, with one label."""

    output_field = BooleanField()
    conditional = True

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[Any] = [F("member_commitment"), F("change_handling")]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, _connection: Any) -> Any:
        owed, label = (compiler.compile(column) for column in self.columns)
        sql = f"{owed[0]} = owed.id AND {label[0]} = label.label"
        return sql, (*owed[1], *label[1])


def _of_all(label: str, stretch: ChangeRange, *conditions: Q) -> Sql | None:
    rows = _published(stretch).filter(change_handling=label)
    return sql_of(rows.filter(*conditions)[: stretch.size])


def _of_each(
    owed: QuerySet[MemberCommitment],
    labels: list[str],
    stretch: ChangeRange,
    *conditions: Q,
) -> Sql | None:
    """Return the query of publications for these labels, looked up one by one."""
    keys = sql_of(owed.order_by().values_list("pk"))
    of_one = _published(stretch).filter(_OfOneCommitment(), *conditions)
    one = sql_of(of_one[: stretch.size])
    if not labels or keys is None or one is None:
        return None
    sql = (
        f"SELECT found.* FROM ({keys[0]}) AS owed (id)"  # noqa: S608 - compiled SQL and constants
        " CROSS JOIN unnest(%s::text[]) AS label (label)"
        f" CROSS JOIN LATERAL ({one[0]}) AS found"
        f" ORDER BY 2 {stretch.direction} LIMIT {stretch.size:d}"
    )
    return sql, (*keys[1], labels, *one[1])


def _published(stretch: ChangeRange) -> QuerySet[Any]:
    rows = Entry.objects.filter(state="published").annotate(
        change_handling=CHANGE_HANDLING,
        number=F("ledger_record"),
        erasure=Value(0),
        about=subject_column(ChangeSubject.ENTRY),
    )
    if stretch.is_bounded:
        rows = rows.filter(ledger_record__gt=stretch.after.number)
    return stretch.ordered(rows, "ledger_record").values_list(*COLUMNS)


# ---- Erasures


def _erasures(sight: Sight, stretch: ChangeRange) -> Sql | None:
    """Return the query of erasures of what the reader sees, superseded or not.

    A withdrawal of an entry that they may not see is nothing to them.
    """
    seen = Entry.objects.filter(visible_with(sight.rights), state="published")
    known = seen.redacted_to(seen)
    if sight.is_filtered:
        known = known.filter(member_commitment__in=sight.owed())
    rows = Tombstone.objects.filter(is_among(known.filter(pk=OuterRef("entry"))))
    if stretch.is_bounded:
        rows = rows.filter(_IsAfter(stretch.after))
    rows = rows.annotate(about=subject_column(ChangeSubject.ENTRY))
    ordered = stretch.ordered(rows, "ledger_head", "number")
    columns = ("entry", "ledger_head", "number", "about")
    return sql_of(ordered.values_list(*columns)[: stretch.size])


class _IsAfter(Expression):
    """The condition that a tombstone is after a place: a range of an index."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, *_given: Any, **_options: Any) -> Any:
        table = Tombstone._meta.db_table
        return f"({table}.ledger_head, {table}.number) > (%s, %s)", self.place
