"""Sign the ledger's head once a day, so that a cut of its tail is noticed."""

from datetime import datetime

from django.conf import settings

from accounts.dates import utc_day
from audit.record import record
from audit.transactions import retried
from progress.actions.ledger import seal_ledger
from progress.ledger.chain import NOTHING
from progress.ledger.signing import fingerprint_of, public_key_of, sign
from progress.models import Checkpoint


@retried
def sign_checkpoint(*, at: datetime) -> Checkpoint:
    """Sign the head as it was known at an instant. One day has one checkpoint.

    Its event holds the hash, so that administrators can keep it. A hash reveals nothing
    of the content.
    """
    day = utc_day(at)
    of_that_day = Checkpoint.objects.filter(day=day)
    if signed := of_that_day.first():
        return signed
    # From here on nothing is published at or before `at`, and a second worker waits.
    head = seal_ledger(at)
    if signed := of_that_day.first():
        return signed
    sha256 = head.sha256 if head else NOTHING
    key = settings.LEDGER_SIGNING_KEY
    checkpoint = Checkpoint.objects.create(
        day=day,
        sequence=head.sequence if head else 0,
        sha256=sha256,
        signed_at=at,
        key_sha256=fingerprint_of(public_key_of(key)),
        signature=sign(key, day, sha256),
    )
    record(
        verb="ledger.checkpoint",
        target=checkpoint,
        by=None,
        at=at,
        data={"sha256": sha256},
    )
    return checkpoint
