"""Lock the ledger, and seal it up to an instant."""

from datetime import datetime

from django.db import connections
from django.db.models import F
from django.db.models.functions import Greatest

from audit.transactions import retried
from progress.actions.instants import database_clock, wait_until
from progress.models import LedgerRecord, LedgerSeal

# PostgreSQL advisory lock. It is taken after the stocktakes' lock and the entry's row,
# and held until the commit. So numbers have no gap, and follow the publications.
_LEDGER_LOCK = 0x67377002


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
