"""Write to the ledger: one record for each publication, in the same transaction."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.models import User
from audit.transactions import retried
from progress.actions.instants import database_clock, instant_by
from progress.ledger.chain import NOTHING, Link, hash_of
from progress.ledger.content import content_with, evidence_sql
from progress.models import Entry, LedgerRecord, LedgerSeal

# PostgreSQL advisory lock. It is taken after the stocktakes' lock and the entry's row,
# and held until the commit. So numbers have no gap, and follow the publications.
_LEDGER_LOCK = 0x67377002
_TICK = timedelta(microseconds=1)
# Seconds by which the database's clock may be behind that of a caller.
_NEAR = 5.0


def lock_ledger() -> LedgerRecord | None:
    """Lock the ledger until this transaction ends. Return its head, if it has one."""
    take_ledger_lock()
    return LedgerRecord.objects.order_by("-sequence").first()


def take_ledger_lock(using: str = "default") -> None:
    """Wait for the lock of the ledger and its trail, and hold it until the commit."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER_LOCK])


@retried
def seal_ledger(known_at: datetime) -> LedgerRecord | None:
    """Seal the ledger up to an instant. Return its head at that instant.

    Nothing can be published at or before this instant any more. A report, or the
    closing of a stocktake, seals before it reads. A publication at the same time is
    then either read, or dated later. The database refuses an instant in its future; it
    is waited for if it is near, since the clocks of two machines differ a little.
    """
    _wait_for(known_at)
    lock_ledger()
    seal, is_new = LedgerSeal.objects.get_or_create(defaults={"sealed_at": known_at})
    if not is_new and seal.sealed_at < known_at:
        LedgerSeal.objects.update(sealed_at=Greatest(F("sealed_at"), known_at))
    known = LedgerRecord.objects.filter(recorded_at__lte=known_at)
    return known.order_by("-sequence").first()


def append_publication(entry: Entry, *, by: User, at: datetime) -> LedgerRecord:
    """Publish an entry on the ledger, by whom and when. The caller saves the entry.

    The instant is that of the database, read under the ledger's lock; in a
    demonstration it is `at`. It is never before the last record, and after the seal.
    Everything else is read before the lock, for which other publications wait.
    """
    evidence, last_verb = _read_before(entry)
    entry.published_by, entry.publisher_member_id = by, by.member_id
    # It came to its reviewer by a clearance, not directly.
    entry.was_clearance_needed = last_verb not in {None, "submit"}
    take_ledger_lock()
    end = _read_end()
    entry.published_at = end.instant_of(at)
    _wait_until(entry.published_at, end.clock)
    return append_record(entry, evidence, end)


def _read_before(entry: Entry) -> tuple[list[dict[str, Any]], str | None]:
    """Return the evidence of a locked entry for its content, and its last move."""
    with connection.cursor() as cursor:
        cursor.execute(_before_sql(), [entry.pk])
        evidence, last_verb = cursor.fetchone()
    return orjson.loads(evidence), last_verb


@cache
def _before_sql() -> str:
    return f"""
        SELECT {evidence_sql()}::text, (SELECT verb FROM progress_transition
            WHERE entry_id = entry.id ORDER BY id DESC LIMIT 1)
        FROM (VALUES (%s)) AS entry (id)
    """  # noqa: S608 - our own names only


@dataclass(frozen=True)
class _End:
    """The end of the ledger, read under its lock in one query."""

    clock: datetime
    is_demonstration: bool
    sealed_at: datetime | None
    sequence: int
    recorded_at: datetime | None
    sha256: str

    def instant_of(self, at: datetime) -> datetime:
        """Return the instant of the next record: not before the head, after the seal.

        Otherwise it is the present one, or in a demonstration `at`.
        """
        by_clock = instant_by(self.clock, at, is_demonstration=self.is_demonstration)
        instants = [by_clock]
        if self.recorded_at:
            instants.append(self.recorded_at)
        if self.sealed_at:
            instants.append(self.sealed_at + _TICK)
        return max(instants)


_END = """
    SELECT clock_timestamp(), EXISTS (SELECT FROM audit_demonstration), sealed_at,
        COALESCE(sequence, 0), recorded_at, COALESCE(sha256, %s)
    FROM (VALUES (1)) AS one
    LEFT JOIN progress_ledgerseal ON true
    LEFT JOIN (SELECT sequence, recorded_at, sha256 FROM progress_ledgerrecord
        ORDER BY sequence DESC LIMIT 1) AS head ON true
"""


def _read_end() -> _End:
    with connection.cursor() as cursor:
        cursor.execute(_END, [NOTHING])
        return _End(*cursor.fetchone())


def _wait_for(instant: datetime) -> None:
    """Wait for an instant that is near. The database refuses one in its future."""
    _wait_until(instant, database_clock()[0])


def _wait_until(instant: datetime, clock: datetime) -> None:
    ahead = (instant - clock).total_seconds()
    if 0 < ahead < _NEAR:
        time.sleep(ahead)


def append_record(
    entry: Entry, evidence: list[dict[str, Any]], end: _End
) -> LedgerRecord:
    """Add the record of an entry at the end. The caller holds the ledger's lock."""
    assert entry.published_at is not None  # noqa: S101 - the caller has set it
    kind = LedgerRecord.Kind
    link = Link(
        sequence=end.sequence + 1,
        kind=kind.WITHDRAWAL if entry.is_withdrawal else kind.PUBLICATION,
        recorded_at=entry.published_at,
        content_sha256=hash_of(content_with(entry, evidence)),
        previous_sha256=end.sha256,
    )
    entry.ledger_record = LedgerRecord.objects.create(**vars(link), sha256=link.sha256)
    return entry.ledger_record
