"""Queries whose SQL is made once, because only a list of ids in them changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Expression, F, QuerySet
from psycopg.types.datetime import TimestamptzLoader

IDS: Sequence[UUID] = ()  # in SQL made once: the place of ids that come later


class OfIds(Expression):
    """The condition that a column is one of some ids: one parameter, whatever many.

    Without ids it is for a `CompiledQuery`, which gets them when it runs.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, ids: Sequence[UUID] = IDS) -> None:
        super().__init__()
        self.column: Any = F(column)
        self.ids = ids

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, params = compiler.compile(self.column)
        return f"{sql} = ANY(%s)", (*params, self.ids)


@dataclass(frozen=True)
class CompiledQuery:
    """A query with the condition `OfIds`, as SQL."""

    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any], columns: Mapping[str, str]) -> "CompiledQuery":
        """Compile a query of these columns: their names, with their paths."""
        sql, params = rows.values_list(*columns.values()).query.sql_with_params()
        return cls(sql, params, tuple(columns))

    def rows(self, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return the rows with one of these ids, each column by its name."""
        params = [list(ids) if param is IDS else param for param in self.params]
        with connection.cursor() as cursor:
            # psycopg's own loader is in C. Django's is not: it sets the time zone of
            # the settings, which is UTC, as the connection's is.
            cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return [dict(zip(self.names, row, strict=True)) for row in found]
