"""Rows that most tests begin with: made by factories once, then repeated as SQL.

The factories of a plan take 10 ms of every test that needs one. Putting back the same
rows takes 1 ms. No later row gets one of their keys: sequences only go on.
"""

from collections.abc import Callable, Sequence

from django.db import connection
from psycopg import sql

# What puts the rows back, by the name of their fixture, in this process's database.
_statements: dict[str, str] = {}


def repeat_rows(name: str, make: Callable[[], object], tables: Sequence[str]) -> None:
    """Make the rows, or put back those of the first time. The tables must be empty."""
    with connection.cursor() as cursor:
        if name in _statements:
            cursor.execute(_statements[name])
            return
        make()
        inserts = []
        for table in tables:
            of = sql.Identifier(table)
            query = sql.SQL("SELECT json_agg(x)::text FROM {} AS x").format(of)
            cursor.execute(query)
            (rows,) = cursor.fetchone()
            inserts.append(
                sql.SQL(
                    "INSERT INTO {0} OVERRIDING SYSTEM VALUE"
                    " SELECT * FROM json_populate_recordset(NULL::{0}, {1})"
                ).format(of, sql.Literal(rows))
            )
        _statements[name] = sql.SQL("; ").join(inserts).as_string(None)
