"""Queries whose SQL is made once, because only values in them change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, F, Field, QuerySet
from psycopg import sql as composed
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.json import JsonbLoader

from audit.statements import planned_cursor


class Parameter(Expression):
    """The place of a value that a `CompiledQuery` gets when it runs."""

    def __init__(
        self, name: str, output_field: "Field[Any, Any] | None" = None
    ) -> None:
        super().__init__(output_field)
        self.name = name

    def as_sql(self, *_given: Any, **_options: Any) -> Any:
        return "%s", (self,)


IDS = Parameter("ids")


class OfIds(Expression):
    """The condition that a column is one of some ids: one parameter, whatever many."""

    output_field = BooleanField()
    conditional = True

    def __init__(
        self, column: str, ids: Sequence[Any] | Parameter = IDS, of: str = "uuid"
    ) -> None:
        super().__init__()
        self.column: Any = F(column)
        self.ids, self.of = ids, of

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, params = compiler.compile(self.column)
        return f"{sql} = ANY(%s::{self.of}[])", (*params, self.ids)


@dataclass(frozen=True)
class CompiledQuery:
    """A query as SQL, with the names of its columns.

    If it is prepared, the database soon plans it once for each connection, and the plan
    suits every value of a parameter. Otherwise each execution has a plan of its own.
    """

    sql: str
    names: tuple[str, ...]
    is_prepared: bool = True

    @classmethod
    def of(
        cls,
        rows: QuerySet[Any],
        columns: Mapping[str, str],
        *,
        limit: str = "",
        is_prepared: bool = True,
    ) -> "CompiledQuery":
        """Compile a query of these columns: their names, with their paths."""
        query = rows.values_list(*columns.values()).query
        try:
            sql, params = query.sql_with_params()
        except EmptyResultSet:  # the reader may see nothing
            return cls("", tuple(columns))
        # A percent sign in the text is still written twice.
        parts = [*map(_place_or_literal, params), ""]
        pieces = zip(sql.split("%s"), parts, strict=True)
        compiled = "".join(map("".join, pieces)) + (limit and f" LIMIT {limit}")
        return cls(compiled, tuple(columns), is_prepared)

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        """Return the rows for these values, each column by its name."""
        if not self.sql:
            return []
        given = {name: _as_array(value) for name, value in values.items()}
        cursor_of: Any = planned_cursor if self.is_prepared else connection.cursor
        with cursor_of() as cursor:
            # psycopg's own loader is in C. Django's is not: it sets the time zone of
            # the settings, which is UTC, as the connection's is.
            cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
            cursor.adapters.register_loader("jsonb", JsonbLoader)
            cursor.execute(self.sql, given)
            found = cursor.fetchall()
        return [dict(zip(self.names, row, strict=True)) for row in found]


def _place_or_literal(param: Any) -> str:
    if isinstance(param, Parameter):
        return f"%({param.name})s"
    literal: str = composed.Literal(param).as_string(connection.connection)
    return literal.replace("%", "%%")


def _as_array(value: Any) -> Any:
    """Return a list of ids as PostgreSQL writes it: psycopg's own way takes longer."""
    if not isinstance(value, list) or not all(isinstance(one, UUID) for one in value):
        return value
    return f"{{{','.join(map(str, value))}}}"
