"""Sign the ledger's head once a day, so that a cut of its tail is noticed."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from audit.models import Event
from audit.record import record
from audit.transactions import retried
from progress.actions.instants import recorded_instant
from progress.actions.ledger import lock_ledger, seal_ledger
from progress.ledger.chain import NOTHING
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.keys import SIGNER, sign_payload
from progress.ledger.publications import wrong_publications
from progress.ledger.releases import wrong_releases
from progress.ledger.rows import bare_row, ledger_rows
from progress.ledger.signing import head_line
from progress.ledger.trail import TrailVerification
from progress.ledger.trail_rows import trail_rows
from progress.ledger.verification import Head, LedgerRow, Verification
from progress.models import Checkpoint, TrailRecord

# PostgreSQL advisory lock: two workers add one checkpoint.
_SIGNING_LOCK = 0x67377003


def sign_checkpoint(*, at: datetime) -> Checkpoint:
    """Sign the head as it is known now. One day has one checkpoint.

    The signing process verifies every record since the last checkpoint, and signs what
    it has read. It dates by the database's clock; `at` counts in a demonstration only.
    Raises ValidationError with code `not_intact` where a record is wrong.
    """
    day = utc_day(recorded_instant(at))
    signed = next(good_checkpoints(day=day), None)
    checkpoint = signed or _sign(_seal_now(at))
    _announce(checkpoint)
    return checkpoint


@retried
def _seal_now(at: datetime) -> datetime:
    """Return the present instant. From here on nothing is published at or before it."""
    lock_ledger()
    sealed_at = recorded_instant(at)
    seal_ledger(sealed_at)
    return sealed_at


def _sign(at: datetime) -> Checkpoint:
    """Add the checkpoint as the signer's role, unless that day has one."""
    day = utc_day(at)
    with transaction.atomic(using=SIGNER):
        with connections[SIGNER].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGNING_LOCK])
        if of_that_day := next(good_checkpoints(day=day, using=SIGNER), None):
            return of_that_day
        last = next(good_checkpoints(newest_first=True, using=SIGNER), None)
        head = _verified_head(last, at)
        sha256 = head.sha256 if head else NOTHING
        trail_sha256 = _continued_trail(last.trail_sha256 if last else "")
        signed = sign_payload(head_line(day, sha256, trail_sha256))
        return Checkpoint.objects.using(SIGNER).create(
            day=day,
            sequence=head.link.sequence if head else 0,
            sha256=sha256,
            trail_sha256=trail_sha256,
            signed_at=at,
            key_sha256=signed.key_sha256,
            signature=signed.signature,
        )


def _verified_head(last: Checkpoint | None, at: datetime) -> LedgerRow | None:
    """Return the head at an instant, once all records since the last one are intact."""
    heads, before = [], None
    if last:
        # The record that it names is read again, and compared with it.
        heads = [Head(f"the checkpoint of {last.day}", last.sha256, last.signed_at)]
        before = bare_row(last.sequence - 1, using=SIGNER)
    verification = Verification(heads, before=before)
    start = before.link.sequence if before else 0
    with closing(ledger_rows(after=start, known_at=at, using=SIGNER)) as rows:
        _refuse(verification.findings(rows))
    after = last.sequence if last else 0
    for wrong in (wrong_publications, wrong_releases):
        with closing(wrong(after=after, using=SIGNER)) as findings:
            _refuse(findings)
    return verification.head


def _continued_trail(signed: str) -> str:
    """Return the head of the trail, once its chain since the signed head is intact.

    What its rows cover is compared by `verify_ledger`. The signer cannot read it.
    """
    last = TrailRecord.objects.using(SIGNER).filter(sha256=signed).first()
    if signed and last is None:
        _refuse([f"the head {signed} is not in the trail."])
    after = (last.sequence, last.sha256) if last else (0, NOTHING)
    verification = TrailVerification(after=after)
    with closing(trail_rows(after=after[0], compared=False, using=SIGNER)) as rows:
        _refuse(verification.findings(rows))
    return verification.head if verification.sequence else ""


def _refuse(findings: Iterable[str]) -> None:
    """Raise ValidationError with the first finding, if there is one."""
    for finding in findings:
        raise ValidationError(
            _("The ledger is not intact, so its head is not signed: %(finding)s"),
            code="not_intact",
            params={"finding": finding},
        )


@retried
def _announce(checkpoint: Checkpoint) -> None:
    """Record the event that holds the hash, so that administrators can keep it.

    A hash reveals nothing of the content.
    """
    lock_ledger()
    about = {"verb": "ledger.checkpoint", "target_id": str(checkpoint.pk)}
    if not Event.objects.filter(**about).exists():
        record(
            verb=about["verb"],
            target=checkpoint,
            by=None,
            at=checkpoint.signed_at,
            data={
                "sha256": checkpoint.sha256,
                "trail_sha256": checkpoint.trail_sha256,
            },
        )
