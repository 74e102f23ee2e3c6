"""What a backup reads of the database, and the rows that it leaves out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from g7plan.backup.manifest import BackupError

# The state of the schema: a restore compares it, and never loads it.
MIGRATIONS = "django_migrations"
# What must not come back: who is signed in, answers kept for repeated requests, and
# codes that work once.
LEFT_OUT = frozenset(
    {
        MIGRATIONS,
        "accounts_formtoken",
        "accounts_idempotencykey",
        "accounts_signincode",
        "django_session",
        "usersessions_usersession",
    }
)

# How COPY writes values, so that equal rows are equal bytes on every server.
WRITTEN_SO = (
    "-c TimeZone=UTC -c DateStyle=ISO,YMD -c IntervalStyle=postgres"
    " -c bytea_output=hex -c extra_float_digits=1"
)

_TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 GROUP BY c.relname ORDER BY c.relname
"""
_SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences
 WHERE schemaname = 'public' ORDER BY sequencename
"""
_HEADS = """
SELECT coalesce((SELECT sha256 FROM progress_ledgerrecord
                  ORDER BY sequence DESC LIMIT 1), ''),
       coalesce((SELECT sha256 FROM progress_trailrecord
                  ORDER BY sequence DESC LIMIT 1), '')
"""


@contextmanager
def connected(alias: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection of this role that is not of the pool."""
    params = connections[alias].get_connection_params()
    params.pop("pool", None)
    params.pop("cursor_factory", None)
    params["options"] = f"{params.get('options', '')} {WRITTEN_SO}".strip()
    try:
        with psycopg.connect(**params) as connection:
            yield connection
    except psycopg.Error as error:
        sentence = str(error).strip().splitlines()[0]
        raise BackupError(f"The database says: {sentence}.") from error


@contextmanager
def snapshot(alias: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to which the database does not change. It changes nothing."""
    with connected(alias) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


def tables_of(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each table whose rows are saved."""
    every = _columns(connection)
    return {name: every[name] for name in every if name not in LEFT_OUT}


def all_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Return the tables that a restore empties first: all but the state of schema."""
    return [name for name in _columns(connection) if name != MIGRATIONS]


def _columns(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(_TABLES).fetchall()
    return {name: tuple(columns) for name, columns in rows}


def migrations_of(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations")
    return tuple(sorted(name for (name,) in rows))


def sequences_of(connection: psycopg.Connection[Any]) -> dict[str, int | None]:
    """Return the last number of each sequence, which may be later than the rows."""
    return dict(connection.execute(_SEQUENCES).fetchall())


def heads_of(connection: psycopg.Connection[Any]) -> tuple[str, str]:
    """Return the last hashes of the ledger and of the trail."""
    row = connection.execute(_HEADS).fetchone()
    return row if row is not None else ("", "")


def rows_of(table: str, columns: tuple[str, ...]) -> sql.Composed:
    """Return the statement that copies a table, or puts a copy into it."""
    return sql.SQL("COPY {} ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
