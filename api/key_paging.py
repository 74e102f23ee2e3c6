"""Pages of lists that are read in two steps: first the keys, then what is shown.

The SQL of the first step can be kept for all lists of one shape.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from api.compiled import CompiledQuery, Parameter
from api.paging import CursorPaging, SortKey, keys_of, rows_beyond

# Of the terms of an order, and of which sort values of a cursor are not null.
PageQuery = Callable[[tuple[str, ...], tuple[bool, ...]], CompiledQuery]


class KeyPaging(CursorPaging):
    """Reads the primary keys of a page, as `pk`. The view reads what belongs to them.

    So PostgreSQL orders narrow rows, and joins no more of them than a page has.
    """

    # What is read with each key.
    columns: Sequence[str] = ()

    def fetch(
        self, ordered: QuerySet[Any], keys: Sequence[SortKey], _view: Any
    ) -> list[Any]:
        paths = {"pk", *self.columns, *(key.path for key in keys)}
        return list(ordered.values(*sorted(paths))[: self.size + 1])

    def run(
        self, query_of: PageQuery, towards: Sequence[SortKey], **values: Any
    ) -> list[Any]:
        """Return the rows of a page, and one more, from a query whose SQL is kept."""
        after = self.cursor.values if self.cursor else ()
        are_set = tuple(value is not None for value in after)
        query = query_of(tuple(key.term for key in towards), are_set)
        given = {f"after{number}": value for number, value in enumerate(after)}
        return query.rows(limit=self.size + 1, **given, **values)


def begin_after(rows: QuerySet[Any], are_set: Sequence[bool]) -> QuerySet[Any]:
    """Return the rows of a page for `KeyPaging.run`: those after a cursor, if any.

    The sort values of the cursor are parameters. `are_set` says which are not null.
    """
    if not are_set:
        return rows
    keys = keys_of(rows)
    after = [
        Parameter(f"after{number}", key.field) if is_set else None
        for number, (key, is_set) in enumerate(zip(keys, are_set, strict=True))
    ]
    return rows.filter(rows_beyond(keys, after))


def page_query(rows: QuerySet[Any], columns: Sequence[str] = ()) -> CompiledQuery:
    """Return the query of a page of ordered rows, with their keys and sort values."""
    paths = dict.fromkeys([*(key.path for key in keys_of(rows)), *columns])
    return CompiledQuery.of(
        rows, {path: path for path in paths}, limit="%(limit)s", is_prepared=False
    )
