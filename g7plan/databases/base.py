"""Django's PostgreSQL backend: for a pool that lost its server, and for a pooler."""

from functools import partial
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with another check of a pooled connection, and cursors for a pooler.

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

    def chunked_cursor(self) -> Any:
        """Return a cursor that reads in portions: in a transaction only, with a pooler.

        Outside of one, it would have to outlive its session. So all rows are fetched.
        """
        if self.settings_dict.get("THROUGH_POOLER") and not self.in_atomic_block:
            return self.cursor()
        return super().chunked_cursor()


def _check_or_drain(pool: Any, connection: Any) -> None:
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        pool.drain()
        raise
