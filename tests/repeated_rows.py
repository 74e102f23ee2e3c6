"""Rows that most tests begin with: made by factories once, then repeated as SQL.

The factories of a plan take 10 ms of every test that needs one. Putting back the same
rows takes 1 ms. No later row gets one of their keys: sequences only go on.
"""

import pickle
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model
from psycopg import sql

Made = TypeVar("Made")


class Repeated(NamedTuple):
    statement: str  # puts the rows back
    made: bytes  # what the factory returned, pickled: each test gets objects of its own


# By the name of their fixture, in this process's database.
_repeated: dict[str, Repeated] = {}


def repeat_rows(
    name: str, make: Callable[[], Made], models: Sequence[type[Model]]
) -> Made:
    """Make the rows, or put back those of the first time. The tables must be empty."""
    with connection.cursor() as cursor:
        if name in _repeated:
            cursor.execute(_repeated[name].statement)
            again: Made = pickle.loads(_repeated[name].made)  # noqa: S301 - our own
            return again
        made = make()
        inserts = []
        for model in models:
            of = sql.Identifier(model._meta.db_table)
            query = sql.SQL("SELECT json_agg(x)::text FROM {} AS x").format(of)
            cursor.execute(query)
            (rows,) = cursor.fetchone()
            inserts.append(
                sql.SQL(
                    "INSERT INTO {0} OVERRIDING SYSTEM VALUE"
                    " SELECT * FROM json_populate_recordset(NULL::{0}, {1})"
                ).format(of, sql.Literal(rows))
            )
        statement = sql.SQL("; ").join(inserts).as_string(None)
        _repeated[name] = Repeated(statement, pickle.dumps(made))
        return made


def are_empty(models: Sequence[type[Model]]) -> bool:
    """Return whether none of the tables has a row, in one query."""
    tables = [sql.Identifier(model._meta.db_table) for model in models]
    rows = sql.SQL(" UNION ALL ").join(
        sql.SQL("(SELECT FROM {} LIMIT 1)").format(table) for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT EXISTS ({})").format(rows).as_string(None))
        (found,) = cursor.fetchone()
        return not found
