"""A short summary of the database, to see whether a table changed, and which."""

from collections.abc import Collection

from django.db import connection

# Every visit of a page writes these: who is signed in, and where.
SESSIONS = frozenset({"django_session", "usersessions_usersession"})


def hashes_of_tables(*, but: Collection[str] = ()) -> dict[str, str | None]:
    """Return a hash of the rows of each table, and None for an empty one."""
    statement = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(x::text, '|' ORDER BY x::text))"
        f' FROM "{table}" AS x'
        for table in connection.introspection.table_names()
        if table not in but
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


def changed_tables(
    before: dict[str, str | None], after: dict[str, str | None]
) -> set[str]:
    return {table for table in before if before[table] != after[table]}
