"""Whole lists as files: CSV and JSON Lines, written while they are read.

All rows come from one read-only transaction that sees one instant. A cursor of the
database gives them in portions, so memory stays the same however many there are. If
anything fails on the way, the connection is cut: a part never looks like the whole.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from itertools import chain, islice
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from rest_framework import serializers

from api.renderers import FastJsonRenderer, json_of

Thing = TypeVar("Thing")
Row = Mapping[str, Any]
PORTION = 500  # rows
# A client that takes longer than this, in seconds, is cut off. So are one that takes
# nothing for a while and a query that does not answer: see `_one_instant`.
LONGEST = 30 * 60
_BETWEEN = "60s"
# What the writer of CSV writes by itself as `_cell` would.
_AS_WRITTEN = frozenset({str, int, UUID, date, type(None)})


class StreamRenderer(FastJsonRenderer):
    """A format of whole lists. What it renders as any other renderer are problems."""

    def write(
        self, columns: Sequence[str], portions: Iterable[Sequence[Row]]
    ) -> Iterator[bytes]:
        """Yield the bytes of these rows. `columns` are all that a row may have."""
        raise NotImplementedError


class CsvRenderer(StreamRenderer):
    """RFC 4180: a row of names, commas, quotes where needed, and CRLF line ends.

    Texts are as they were typed. Nothing guards against spreadsheet formulas: a program
    would take the guard for a part of the text.
    """

    media_type, format = "text/csv", "csv"
    content_type = "text/csv; charset=utf-8; header=present"

    def write(
        self, columns: Sequence[str], portions: Iterable[Sequence[Row]]
    ) -> Iterator[bytes]:
        paths = [column.split(".") for column in columns]
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(columns)
        for rows in portions:
            # Column by column, which takes half the time of row by row.
            cells = [_column(rows, path) for path in paths]
            writer.writerows(zip(*cells, strict=True))
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
        if text.tell():  # there was no row
            yield text.getvalue().encode()


class JsonLinesRenderer(StreamRenderer):
    """A JSON object on each line, as the list's `results` have it."""

    media_type, format = "application/jsonl", "jsonl"
    content_type = media_type

    def write(
        self, columns: Sequence[str], portions: Iterable[Sequence[Row]]
    ) -> Iterator[bytes]:
        for rows in portions:
            yield b"".join(json_of(row) + b"\n" for row in rows)


class NdJsonRenderer(JsonLinesRenderer):
    """The same under an older name."""

    media_type = content_type = "application/x-ndjson"


STREAMED = (CsvRenderer, JsonLinesRenderer, NdJsonRenderer)


def stream(
    renderer: StreamRenderer,
    columns: Sequence[str],
    read: Callable[[], Iterator[Sequence[Row]]],
) -> Iterator[bytes]:
    """Yield the bytes of a list. `read` yields its rows in portions."""
    ends_at = monotonic() + LONGEST
    with timezone.override(UTC), _one_instant():
        for part in renderer.write(columns, read()):
            yield part
            if monotonic() > ends_at:
                raise TimeoutError


def in_portions(things: Iterable[Thing], size: int = PORTION) -> Iterator[list[Thing]]:
    iterator = iter(things)
    while portion := list(islice(iterator, size)):
        yield portion


def columns_of(serializer: Any, *, without: Sequence[str] = ()) -> list[str]:
    """Return the columns of a row: its fields in order, nested ones with a full stop.

    A list is one column: see `_cell`.
    """
    names = [
        [f"{name}.{inner}" for inner in columns_of(field)]
        if isinstance(field, serializers.Serializer)
        else [name]
        for name, field in serializer.fields.items()
        if name not in without
    ]
    return list(chain.from_iterable(names))


def _column(rows: Sequence[Row], path: Sequence[str]) -> list[Any]:
    """Return the cells of these rows in one column."""
    first, *inner = path
    values = [row[first] for row in rows]
    for name in inner:
        values = [None if value is None else value[name] for value in values]
    return [value if type(value) in _AS_WRITTEN else _cell(value) for value in values]


def _cell(value: Any) -> Any:
    """Return a value as JSON writes it, without its quotes. Null is empty.

    Values of a list have a space between them. A list of objects is JSON.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], dict):
            return json_of(value).decode()
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return json_of(value).decode()
    return str(value)


@contextmanager
def _one_instant() -> Iterator[None]:
    """Read in one transaction that sees one instant, and writes nothing.

    The limits of the web process are for answers that are ready at once. These are for
    one portion, and for the time that the client takes to accept it.
    """
    is_first = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_first:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('idle_in_transaction_session_timeout', %s, true)",
                [_BETWEEN, _BETWEEN],
            )
        yield
