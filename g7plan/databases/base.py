"""Django's PostgreSQL backend, whose pool drops all lost connections at once."""

from functools import partial
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with another check of a pooled connection before its use.

    After a restart of the database, every connection in the pool is lost. The pool's
    own check drops them one by one, and waits longer after each: 4 seconds for four.
    This one drops all of them when it finds the first.
    """

    @property
    def pool(self) -> Any:
        """Return the pool. Sets a private attribute; tried with psycopg_pool 3.3.3."""
        pool: Any = super().pool
        if pool is not None and pool._check is ConnectionPool.check_connection:  # noqa: SLF001
            pool._check = partial(_check_or_drain, pool)  # noqa: SLF001
        return pool


def _check_or_drain(pool: Any, connection: Any) -> None:
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        pool.drain()
        raise
