"""Hold a real process at a point of its transaction: by the database, and no hook.

A trigger of the test waits for a lock that the test has. So the process waits in the
statement that writes the row, or in its commit.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
from psycopg import sql

from progress.actions import ledger
from tests.reports.workers import wait_until

LOCK = 0x6771
WRITING, COMMITTING = "writing", "committing"
# Publications wait for each other at this lock, and then send all rows together.
AT_LEDGER, LEDGER_LOCK = "at the ledger", ledger._LEDGER_LOCK
_WAITS = """
    CREATE FUNCTION drill_waits() RETURNS trigger LANGUAGE plpgsql
    SET lock_timeout = 0 AS $$
    BEGIN
        PERFORM pg_catalog.pg_advisory_xact_lock_shared({lock});
        RETURN NULL;
    END $$
"""
_AT = """
    CREATE CONSTRAINT TRIGGER drill_waits AFTER INSERT OR UPDATE ON {table}
    DEFERRABLE INITIALLY {moment} FOR EACH ROW WHEN ({condition})
    EXECUTE FUNCTION drill_waits()
"""
_WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database AS own ON own.oid = database
    WHERE locktype = 'advisory' AND objid = %s AND datname = current_database()
        AND mode = %s AND {}
"""


@dataclass
class Hold:
    """The point at which a process waits."""

    owner: psycopg.Connection
    lock: int = LOCK
    mode: str = "ShareLock"

    def is_reached(self, seconds: float = 60) -> bool:
        """Return whether a process waits here, once it does."""
        return wait_until(lambda: self._count("NOT granted") == 1, seconds, 0.01)

    def release(self) -> None:
        """Let go, and wait until the database has ended what waited."""
        self.owner.execute("SELECT pg_advisory_unlock(%s)", [self.lock])
        assert wait_until(lambda: self._count("true") == 0, 30, 0.01)

    def _count(self, condition: str) -> int:
        query = _WAITING.format(condition)
        [[count]] = self.owner.execute(query, [self.lock, self.mode]).fetchall()
        return int(count)


@contextmanager
def held_at_ledger() -> Iterator[Hold]:
    """Hold a process that publishes, before it writes."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [LEDGER_LOCK])
        yield Hold(owner, LEDGER_LOCK, "ExclusiveLock")


@contextmanager
def held(table: str, moment: str, condition: str = "true") -> Iterator[Hold]:
    """Hold a process that writes such a row: while it writes, or while it commits."""
    if moment == AT_LEDGER:
        with held_at_ledger() as hold:
            yield hold
        return
    modes = {WRITING: "IMMEDIATE", COMMITTING: "DEFERRED"}
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(_WAITS.format(lock=LOCK))
        try:
            owner.execute(
                sql.SQL(_AT).format(
                    table=sql.Identifier(table),
                    moment=sql.SQL(modes[moment]),
                    condition=sql.SQL(condition),
                )
            )
            owner.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield Hold(owner)
        finally:
            with suppress(psycopg.Error):  # the database may have been away
                owner.execute("SELECT pg_advisory_unlock_all()")
            drop()


def drop() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("DROP FUNCTION drill_waits CASCADE")
