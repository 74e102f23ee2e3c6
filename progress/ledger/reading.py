"""Read whole tables in order, in one query each and with little memory."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connections
from psycopg import ServerCursor

Row = tuple[Any, ...]
# Rows fetched at once, so that memory use does not grow with the ledger.
CHUNK = 2000
# By default PostgreSQL plans for the first rows of a cursor, but here all are read.
# Only here is a query so long that compiling it saves time, and only here do rows in
# the order of an index cost much more than a sorted table: most are read from disk.
_PLANNED_FOR_ALL = """
    SELECT set_config('cursor_tuple_fraction', '1', true),
        set_config('jit', 'on', true), set_config('random_page_cost', '30', true)
"""


def chunks_of(
    sql: str, values: Mapping[str, object], *, using: str
) -> Iterator[list[Row]]:
    """Yield the rows of a query, some at a time, from a cursor in the database.

    Call it in a transaction. Without one, the database first copies all rows. Close
    the iterator before the transaction ends, if some rows were not read.

    A cursor of Django would read texts, which takes twice as long as the binary form.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_PLANNED_FOR_ALL)
    withhold = connection.get_autocommit()
    with ServerCursor(connection.connection, "ledger", withhold=withhold) as rows:
        rows.execute(sql.encode(), values, binary=True)
        while chunk := rows.fetchmany(CHUNK):
            yield chunk
