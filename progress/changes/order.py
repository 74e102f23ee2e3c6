"""Places in the order of changes, and parts of it, as queries that are put together."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.compiled_queries import Sql
from progress.changes.change import ChangeSubject
from progress.models import LedgerRecord

# Of each query: the key of the row, both parts of its place, and what it is about.
COLUMNS = ("pk", "number", "erasure", "about")


class Place(NamedTuple):
    """A place in the order of changes. No reader gets to know it.

    `number` is that of a ledger record. `erasure` is 0 for the publication itself, or
    the number of an erasure that followed it. What a released table no longer scores
    has no record: its place is before the table's first one, from `UNSCORED` on.
    """

    number: int
    erasure: int


ZERO = Place(0, 0)


# No erasure ever gets so high a number.
UNSCORED = 10**15


class PlacedRow(NamedTuple):
    """A row of the order: an entry, or a cell of a released table."""

    key: UUID
    place: Place
    about: ChangeSubject

    @property
    def is_erasure(self) -> bool:
        """Whether it is the erasure of a text, and not what was published there."""
        return 0 < self.place.erasure < UNSCORED


@dataclass(frozen=True)
class ChangeRange:
    """A part of the order: so many rows after a place, the first or the last ones."""

    size: int
    after: Place = ZERO
    is_from_the_end: bool = False

    @property
    def is_bounded(self) -> bool:
        """Whether it leaves out the rows up to a place."""
        return not self.is_from_the_end or self.after != ZERO

    @property
    def direction(self) -> str:
        return "DESC" if self.is_from_the_end else "ASC"

    def ordered(self, rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
        sign = "-" if self.is_from_the_end else ""
        return rows.order_by(*(sign + name for name in names))


def subject_column(subject: ChangeSubject) -> Value:
    return Value(subject.value, output_field=CharField())


# Before every release.
_FIRST_INSTANT: Final = datetime(1900, 1, 1, tzinfo=UTC)


def released_since(place: Place, *, of: str = "") -> Q:
    """Return a condition that every table with a change after a place meets.

    Its instant is not before that of the record at the place: instants of records
    follow their numbers. Some tables without such a change meet it too. Asking it
    first spares reading the cells of all tables. `of` is the path to the table.
    """
    record = LedgerRecord.objects.filter(sequence=place.number).values("recorded_at")
    return Q((f"{of}released_at__gte", Coalesce(Subquery(record), _FIRST_INSTANT)))


def sql_of(rows: QuerySet[Any]) -> Sql | None:
    """Return a query as SQL with its values, or None if it can have no rows."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(values)
