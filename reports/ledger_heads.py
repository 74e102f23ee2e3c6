"""The heads of the ledger that reports print, and all that they have printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KT

from progress.ledger.chain import NOTHING
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.verification import Head
from progress.models import Handling, LedgerRecord
from reports.models import Report
from reports.snapshot_schema import FLAT_SCHEMAS, STORED_SCHEMAS


@dataclass(frozen=True)
class PrintedHead:
    """A head of the ledger, with the instant of which it is the head."""

    sha256: str
    at: datetime


def head_to_print(report: Report, head: LedgerRecord | None) -> PrintedHead | None:
    """Return the head that the report's audience may see, or None before the first.

    `head` is that of the report's own instant: only the Presidency's amber reports have
    it. All others get the head of the last checkpoint before it. Otherwise they could
    count publications that they may not see, by compiling one report after another.
    """
    if report.audience == Handling.AMBER and report.is_of_presidency:
        return PrintedHead(head.sha256, report.known_at) if head else None
    for signed in good_checkpoints(newest_first=True):
        if signed.signed_at <= report.known_at:
            return PrintedHead(signed.sha256, signed.signed_at)
    return None


def printed_heads() -> Iterator[Head]:
    """Yield the ledger head of every report that prints one."""
    flat = Report.objects.filter(snapshot__schema__in=FLAT_SCHEMAS)
    for pk, known_at, sha256 in flat.annotate(
        head=KT("snapshot__report__ledger_head")
    ).values_list("pk", "known_at", "head"):
        yield _head(pk, known_at, sha256 or NOTHING)
    with_envelope = STORED_SCHEMAS - FLAT_SCHEMAS
    parted = Report.objects.filter(snapshot__schema__in=with_envelope).annotate(
        head=KT("snapshot__envelope__ledger_head"),
        head_at=KT("snapshot__envelope__ledger_head_at__iso"),
    )
    for pk, head_at, sha256 in parted.exclude(head="").values_list(
        "pk", "head_at", "head"
    ):
        yield _head(pk, datetime.fromisoformat(head_at), sha256)


def _head(pk: object, at: datetime, sha256: str) -> Head:
    return Head(f"report {pk}, as known at {at:%Y-%m-%d %H:%M:%S} UTC", sha256, at)
