"""Which rows are checkpoints: those with a good signature over their own day and head.

Any other row proves nothing. It is named, and otherwise treated as if it did not exist.
"""

from collections.abc import Iterator
from datetime import date

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.dates import utc_day
from progress.ledger.keys import is_signed, public_keys
from progress.ledger.signing import head_line
from progress.models import Checkpoint, LedgerRecord


def is_good(row: Checkpoint) -> bool:
    """Whether this row has a signature that counts, over its own day and head."""
    return (
        is_signed(
            head_line(row.day, row.sha256, row.trail_sha256),
            key_sha256=row.key_sha256,
            signature=row.signature,
        )
        and utc_day(row.signed_at) == row.day
    )


def good_checkpoints(
    *,
    day: date | None = None,
    newest_first: bool = False,
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[Checkpoint]:
    """Yield the checkpoints, of all days or of one, in the order of their signing."""
    rows = Checkpoint.objects.using(using).order_by("day", "signed_at", "pk")
    if newest_first:
        rows = rows.reverse()
    if day is not None:
        rows = rows.filter(day=day)
    return filter(is_good, rows.iterator())


def wrong_checkpoints() -> Iterator[str]:
    """Yield a sentence for each row that is no checkpoint, and why."""
    keys = public_keys()
    elsewhere = LedgerRecord.objects.filter(sha256=OuterRef("sha256")).exclude(
        sequence=OuterRef("sequence")
    )
    rows = Checkpoint.objects.annotate(is_elsewhere=Exists(elsewhere))
    for row in rows.order_by("day", "pk").iterator():
        name = f"Row {row.pk} of the checkpoints, of {row.day},"
        if row.key_sha256 not in keys:
            yield f"{name} is no checkpoint: it is signed by an unknown key."
        elif not is_good(row):
            yield (
                f"{name} is no checkpoint: its signature does not match its day, its"
                " head and its trail."
            )
        elif row.is_elsewhere:
            yield f"{name} names record {row.sequence}, and its head is another record."
        elif row.signed_at > timezone.now():
            yield f"{name} is signed in the future."
