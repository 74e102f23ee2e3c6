"""Faults of the drills' servers, as other processes meet them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, connections
from psycopg import sql

# Not the owner's, with which a test holds what it stops.
_END = """
    SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
    WHERE datname = %s AND usename <> 'g7plan_owner'
"""


@contextmanager
def as_administrator() -> Iterator[psycopg.Connection]:
    url = os.environ["DATABASE_ADMIN_URL"]
    with psycopg.connect(url, autocommit=True) as administrator:
        yield administrator


@contextmanager
def database_away() -> Iterator[None]:
    """End what each process does in the database of these tests, and refuse it.

    It is what a fast stop of PostgreSQL does, for one database of a server that other
    tests use too. A whole server is stopped in tests/g7plan/trial/test_faults.py.
    """
    with changed_database("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        yield


@contextmanager
def few_connections(count: int) -> Iterator[None]:
    """Let the database of these tests have so many connections, and no more."""
    with changed_database(f"CONNECTION LIMIT {count}", "CONNECTION LIMIT -1"):
        yield


@contextmanager
def changed_database(change: str, back: str) -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    with as_administrator() as administrator:
        try:
            _alter(administrator, name, change)
            administrator.execute(_END, [name])
            yield
        finally:
            _alter(administrator, name, back)
            connections.close_all()


def _alter(administrator: psycopg.Connection, name: str, change: str) -> None:
    altered = sql.SQL("ALTER DATABASE {} WITH {}").format(
        sql.Identifier(name), sql.SQL(change)
    )
    administrator.execute(altered)
