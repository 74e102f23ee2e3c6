"""Lock the ledger, and seal it up to an instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import F
from django.db.models.functions import Greatest

from audit.statements import run_planned
from audit.transactions import retried
from progress.actions.instants import database_clock, instant_by, wait_until
from progress.models import LedgerRecord, LedgerSeal

# PostgreSQL advisory lock. It is taken after the stocktakes' lock and the entry's row,
# and held until the commit. So numbers have no gap, and follow the publications.
_LEDGER_LOCK = 0x67377002
_TICK = timedelta(microseconds=1)


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
    wait_until(known_at, database_clock()[0])
    lock_ledger()
    seal, is_new = LedgerSeal.objects.get_or_create(defaults={"sealed_at": known_at})
    if not is_new and seal.sealed_at < known_at:
        LedgerSeal.objects.update(sealed_at=Greatest(F("sealed_at"), known_at))
    known = LedgerRecord.objects.filter(recorded_at__lte=known_at)
    return known.order_by("-sequence").first()


@dataclass(frozen=True)
class LedgerEnds:
    """The ends of the ledger and its trail, read under their lock in one call."""

    clock: datetime
    is_demonstration: bool
    sealed_at: datetime | None
    sequence: int
    recorded_at: datetime | None
    sha256: str
    trail_sequence: int
    trail_sha256: str
    # The key of the transition. The trail's row names it.
    next_move: int

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


def lock_ledger_ends() -> LedgerEnds:
    """Lock the ledger until this transaction ends, and return both ends."""
    return LedgerEnds(*run_planned("SELECT * FROM lock_ledger_ends()", []).fetchone())
