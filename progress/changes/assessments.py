"""The assessments among the changes: what a released table scores, and what it ends.

A released table takes the place of the one that was released before it, cell by cell. A
cell with a score has a ledger record, whose number is its place. A cell without one
ends the earlier score there. Its place is before the first record of its table: a
reader who has read so far has read all that was there before the table was released.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.compiled_queries import Sql
from progress.changes.change import AssessmentChange, ChangeKind, ChangeSubject
from progress.changes.order import (
    COLUMNS,
    UNSCORED,
    ChangeRange,
    Place,
    released_since,
    sql_of,
    subject_column,
)
from progress.changes.sight import Sight
from progress.models import Assessment, AssessmentTable, Tombstone
from progress.querysets.lookups import is_among


def placed_assessments(sight: Sight, stretch: ChangeRange) -> list[Sql | None]:
    """Return the queries of the cells that are a change for this reader."""
    cells = _cells().annotate(about=subject_column(ChangeSubject.ASSESSMENT))
    if sight.is_filtered:
        cells = cells.filter(member_commitment__in=sight.owed())
    seen = is_among(sight.assessments().filter(pk=OuterRef("pk")))
    ends_one = is_among(_scored_before(sight))
    scored = cells.filter(Q(seen) | Q(ends_one), ledger_record__isnull=False)
    scored = scored.annotate(number=F("ledger_record"), erasure=Value(0))
    blank = _placed_blanks(cells.filter(Q(ends_one)))
    if stretch.is_bounded:
        number, erasure = stretch.after
        scored = scored.filter(ledger_record__gt=number)
        blank = blank.filter(released_since(stretch.after, of="table__"))
        blank = blank.filter(
            Q(number__gt=number) | Q(number=number, erasure__gt=erasure)
        )
    names = ("number", "erasure")
    return [
        *(
            sql_of(stretch.ordered(rows, *names).values_list(*COLUMNS)[: stretch.size])
            for rows in (scored, blank)
        ),
        _erasures(sight, stretch),
    ]


def _erasures(sight: Sight, stretch: ChangeRange) -> Sql | None:
    """Return the query of erasures of what the reader sees, superseded or not.

    What was erased before its table was released is no change: it came with the mark.
    """
    seen = sight.assessments()
    if sight.is_filtered:
        seen = seen.filter(member_commitment__in=sight.owed())
    rows: QuerySet[Any] = Tombstone.objects.filter(
        ~Q(content_sha256=""), is_among(seen.filter(pk=OuterRef("assessment")))
    ).annotate(about=subject_column(ChangeSubject.ASSESSMENT))
    if stretch.is_bounded:
        head, number = stretch.after
        is_here = Q(ledger_head=head, number__gt=number)
        rows = rows.filter(Q(ledger_head__gt=head) | is_here)
    columns = ("assessment", "ledger_head", "number", "about")
    ordered = stretch.ordered(rows, "ledger_head", "number")
    return sql_of(ordered.values_list(*columns)[: stretch.size])


def assessments_at(
    sight: Sight, keys: Sequence[UUID]
) -> Mapping[UUID, AssessmentChange]:
    """Return what each of these cells is for the reader. One query.

    A released score, or the end of the one that was there before: by a blank cell and
    by a table that they may not see alike.
    """
    rows = _cells().filter(pk__in=keys)
    before = _scored_before(sight)
    rows = rows.annotate(
        is_seen=is_among(sight.assessments().filter(pk=OuterRef("pk"))),
        before=Subquery(before.values("pk")[:1]),
        table_before=Subquery(before.values("table")[:1]),
    )
    names = (
        "pk", "table", "table__released_at", "member_commitment", "ledger_record",
        "is_seen", "before", "table_before",
    )  # fmt: skip
    changes = {row["pk"]: _change(row) for row in rows.values(*names)}
    return {key: change for key, change in changes.items() if change is not None}


def erased_assessments(keys: Sequence[UUID]) -> Mapping[UUID, AssessmentChange]:
    """Return the erasures of these assessments. One query."""
    rows = Tombstone.objects.filter(pk__in=keys).values_list(
        "assessment", "assessment__table", "erased_at", "assessment__member_commitment"
    )
    kind = ChangeKind.ERASED
    return {
        key: AssessmentChange(kind, key, table, at, owed)
        for key, table, at, owed in rows
    }


def _change(row: Mapping[str, Any]) -> AssessmentChange | None:
    about = (row["table__released_at"], row["member_commitment"])
    before = row["before"]
    if row["is_seen"] and row["ledger_record"] is not None:
        kind = ChangeKind.RELEASED
        return AssessmentChange(
            kind, row["pk"], row["table"], *about, supersedes=before
        )
    if before is None:
        return None
    return AssessmentChange(ChangeKind.REMOVED, before, row["table_before"], *about)


def place_of_assessment(kind: ChangeKind, key: UUID) -> Place | None:
    """Return the place of a change that a reader got. One query, or two."""
    if kind == ChangeKind.ERASED:
        erased = Tombstone.objects.filter(pk=key)
        place = erased.values_list("ledger_head", "number").first()
        return Place(*place) if place else None
    cells = _cells()
    if kind == ChangeKind.REMOVED:
        ended = Assessment.objects.filter(
            pk=key,
            table=OuterRef("replaced"),
            member_commitment=OuterRef("member_commitment"),
        )
        cells = cells.filter(is_among(ended))
    else:
        cells = cells.filter(pk=key)
    if (number := cells.values_list("ledger_record", flat=True).first()) is not None:
        return Place(number, 0)
    found = _placed_blanks(cells).values_list("number", "erasure").first()
    return Place(*found) if found else None


def _cells() -> QuerySet[Any]:
    """Return the cells of released tables, with the table that each one replaces."""
    earlier = AssessmentTable.objects.released().filter(
        body=OuterRef("table__body"),
        stocktake=OuterRef("table__stocktake"),
        number__lt=OuterRef("table__number"),
    )
    last = earlier.order_by("-number").values("pk")[:1]
    released = Assessment.objects.filter(table__state="released").order_by()
    rows: QuerySet[Any] = released.annotate(replaced=Subquery(last))
    return rows


def _scored_before(sight: Sight) -> QuerySet[Assessment]:
    """Return the score that an outer cell ends, if the reader could see it."""
    return sight.assessments().filter(
        table=OuterRef("replaced"),
        member_commitment=OuterRef("member_commitment"),
        ledger_record__isnull=False,
    )


def _placed_blanks(cells: QuerySet[Any]) -> QuerySet[Any]:
    """Return those without a score, each with a place before its table's records."""
    of_table = Assessment.objects.filter(table=OuterRef("table")).order_by()
    on_record = of_table.filter(ledger_record__isnull=False)
    first = on_record.order_by("ledger_record").values("ledger_record")[:1]
    before = of_table.filter(ledger_record__isnull=True, pk__lt=OuterRef("pk"))
    count = before.values("table").values(count=Count("pk"))
    # With another type, Django takes a place beyond its range for one that no row has.
    big = BigIntegerField()
    number = Subquery(first, output_field=big) - 1
    erasure = Coalesce(Subquery(count, output_field=big), Value(0, big)) + UNSCORED
    blank: QuerySet[Any] = cells.filter(ledger_record__isnull=True).annotate(
        number=ExpressionWrapper(number, output_field=big),
        erasure=ExpressionWrapper(erasure, output_field=big),
    )
    return blank
