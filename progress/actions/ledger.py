"""Write to the ledger: one record for each publication, in the same transaction."""

import time
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.models import User
from audit.transactions import retried
from progress.actions.instants import database_clock, recorded_instant
from progress.ledger.chain import NOTHING, Link, hash_of
from progress.ledger.content import content_of
from progress.models import Entry, Evidence, LedgerRecord, LedgerSeal

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
    """
    head = lock_ledger()
    seal = LedgerSeal.objects.first()
    at = recorded_instant(at)
    entry.published_by, entry.publisher_member_id = by, by.member_id
    entry.was_clearance_needed = _was_clearance_needed(entry)
    entry.published_at = max(
        at,
        head.recorded_at if head else at,
        seal.sealed_at + _TICK if seal else at,
    )
    _wait_for(entry.published_at)
    return append_record(entry, head, recorded_at=entry.published_at)


def _was_clearance_needed(entry: Entry) -> bool:
    """Return whether the entry came to its reviewer by a clearance, not directly."""
    last = entry.transitions.order_by("-pk").first()
    return last is not None and last.verb != "submit"


def _wait_for(instant: datetime) -> None:
    """Wait for an instant that is near. The database refuses one in its future."""
    ahead = (instant - database_clock()[0]).total_seconds()
    if 0 < ahead < _NEAR:
        time.sleep(ahead)


def append_record(
    entry: Entry, head: LedgerRecord | None, *, recorded_at: datetime
) -> LedgerRecord:
    """Add the record after `head`. The caller holds the lock of the ledger."""
    kind = LedgerRecord.Kind
    evidence = Evidence.objects.filter(entry_links__entry=entry)
    link = Link(
        sequence=head.sequence + 1 if head else 1,
        kind=kind.WITHDRAWAL if entry.is_withdrawal else kind.PUBLICATION,
        recorded_at=recorded_at,
        content_sha256=hash_of(
            content_of(entry, evidence.order_by("entry_links__position"))
        ),
        previous_sha256=head.sha256 if head else NOTHING,
    )
    entry.ledger_record = LedgerRecord.objects.create(
        sequence=link.sequence,
        kind=link.kind,
        recorded_at=link.recorded_at,
        content_sha256=link.content_sha256,
        previous_sha256=link.previous_sha256,
        sha256=link.sha256,
    )
    return entry.ledger_record
