"""Run statements that the database plans once, and send several together.

Django writes, sends and plans each query again. For a short statement that is most of
its cost, and a publication runs some while all others wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from django.db import connection
from django.db.models import JSONField, Model
from psycopg import Cursor


class _PlannedCursor(Cursor[Any]):
    """A cursor whose statements are parsed and planned once in each connection.

    With a threshold, a connection keeps the last hundred statements of any kind with
    their values, such as the bytes of files. So it has one only for these.
    """

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, prepare=True)
        finally:
            self.connection.prepare_threshold = None


def planned_cursor() -> Any:
    """Return a cursor for statements of our own."""
    if connection.queries_logged:
        # Only Django's cursor tells the log what it sent.
        return connection.cursor()
    if connection.settings_dict.get("THROUGH_POOLER"):
        # The next transaction is in another session, which knows no such statement.
        return connection.cursor()
    connection.ensure_connection()
    cursor: Any = _PlannedCursor(connection.connection)
    return connection.make_cursor(cursor)


def run_planned(sql: str, values: Sequence[Any]) -> Any:
    """Run a statement of our own. Return its cursor, to fetch from."""
    cursor = planned_cursor()
    cursor.execute(sql, values)
    return cursor


@contextmanager
def sent_together() -> Iterator[None]:
    """Send the statements of this block in one round trip.

    They run in their order, each as if it were sent alone. Fetching from one sends all
    so far, and waits for them. An error is raised there, or at the end of the block.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def write_rows(
    *new: Model, changed: Model | None = None, fields: Sequence[str] = ()
) -> None:
    """Insert rows of different tables, then change fields of a locked row.

    It is one statement. Unlike `save`, it reads no key. No new row may need another
    to be there first: their order is not certain.
    """
    tables = tuple((type(row), row.pk is not None) for row in new)
    change = (type(changed), tuple(fields)) if changed else None
    sql, readers = _writing(tables, change)
    rows = (*new, changed) if changed else new
    values = [
        value for row, read in zip(rows, readers, strict=True) for value in read(row)
    ]
    run_planned(sql, values)


Reader = Callable[[Model], list[Any]]


@cache
def _writing(
    tables: tuple[tuple[type[Model], bool], ...],
    change: tuple[type[Model], tuple[str, ...]] | None,
) -> tuple[str, list[Reader]]:
    """Return the statement for a row of each table, and what reads their values.

    With each table it is said whether its row has a key already.
    """
    parts, readers = [], []
    for model, has_key in tables:
        every = model._meta.concrete_fields
        fields = [field for field in every if has_key or not field.primary_key]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        places = ", ".join("%s" for _field in fields)
        table = model._meta.db_table
        parts.append(f'INSERT INTO "{table}" ({columns}) VALUES ({places})')  # noqa: S608 - our own names only
        readers.append(_reader(fields))
    if change:
        names = [f"row_{number}" for number in range(len(parts))]
        sql, read = _change(*change, after=names)
        parts.append(sql)
        readers.append(read)
    *first, last = parts
    ending = " RETURNING 1 AS written" if change else ""
    named = ", ".join(
        f"row_{number} AS ({sql}{ending})" for number, sql in enumerate(first)
    )
    return f"WITH {named} {last}" if named else last, readers


def _change(
    model: type[Model], names: tuple[str, ...], *, after: list[str]
) -> tuple[str, Reader]:
    """Return the statement that changes a row, and what reads its values.

    It joins the rows of other parts, which are written before it for that reason.
    """
    table, key = model._meta.db_table, cast("Any", model._meta.pk)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    joined = f" FROM {', '.join(after)}" if after else ""
    sql = (
        f'UPDATE "{table}" SET {columns}{joined}'  # noqa: S608 - our own names only
        f' WHERE "{table}"."{key.column}" = %s'
    )
    return sql, _reader([*fields, key])


def _reader(fields: Sequence[Any]) -> Reader:
    """Return a function that gives the values of a row. Only JSON has to be adapted."""

    def read(row: Model) -> list[Any]:
        return [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            if is_json
            else getattr(row, field.attname)
            for field, is_json in kinds
        ]

    kinds = [(field, isinstance(field, JSONField)) for field in fields]
    return read
