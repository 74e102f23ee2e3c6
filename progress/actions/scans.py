"""Scans of files for viruses: one row for each file, claimed with a lease.

A file is held back until a scan found it clean, and again once a later scan finds a
virus in it: new signatures find what old ones did not. No transaction is open while a
file is scanned. An entry that names the file is never changed.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F

from audit.record import record
from audit.transactions import retried
from progress.entries.held_files import held_files_of
from progress.evidence.clamav import ScanFinding, ScanProblem
from progress.models import Entry, Evidence, EvidenceScan
from progress.transitions import Verb

# Longer than any scan takes.
LEASE = timedelta(minutes=3)
# A file is scanned again with the signatures of that day.
AGAIN_AFTER = timedelta(days=7)
LONGEST_DELAY = timedelta(hours=1)
MOST_NEW = 1_000


def plan_scans(*, at: datetime, only: Evidence | None = None) -> int:
    """Add a row, due now, for each file that has none. Return how many.

    A second call adds nothing. Without a scanner none is added.
    """
    if not settings.CLAMAV_URL:
        return 0
    files = Evidence.objects.filter(kind=Evidence.Kind.FILE, scan=None)
    if only is not None:
        files = files.filter(pk=only.pk)
    new = files.order_by("added_at", "pk").values_list("pk", flat=True)[:MOST_NEW]
    rows = [EvidenceScan(evidence_id=pk, due_at=at) for pk in new]
    EvidenceScan.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def claim_scan(*, evidence_id: uuid.UUID, at: datetime) -> EvidenceScan | None:
    """Claim a file whose scan is due and has no lease. Return None if there is none."""
    lease = uuid.uuid4()
    waiting = EvidenceScan.objects.waiting(at).filter(pk=evidence_id)
    if not waiting.update(lease=lease, lease_ends_at=at + LEASE):
        return None
    held = EvidenceScan.objects.select_related("evidence__file")
    return held.filter(pk=evidence_id, lease=lease).first()


@retried
def finish_scan(*, scan: EvidenceScan, finding: ScanFinding, at: datetime) -> bool:
    """Store what the scanner found. Return False if the lease is another's now."""
    verdicts = EvidenceScan.Verdict
    held = EvidenceScan.objects.filter(pk=scan.pk, lease=scan.lease)
    is_held = held.update(
        verdict=verdicts.BAD if finding.malware else verdicts.CLEAN,
        malware=finding.malware,
        engine=finding.engine,
        scanned_at=at,
        due_at=at + AGAIN_AFTER,
        problem="",
        failure_count=0,
        lease=None,
        lease_ends_at=None,
    )
    if is_held and scan.is_bad != bool(finding.malware):
        # Without the file name: administrators read events, and may not read content.
        record(
            verb="evidence.withhold" if finding.malware else "evidence.release",
            target=scan,
            by=None,
            at=at,
            member=scan.evidence.member_id,
            data={"malware": finding.malware or scan.malware},
        )
    return bool(is_held)


def fail_scan(*, scan: EvidenceScan, problem: ScanProblem, at: datetime) -> bool:
    """Note that the scanner gave no answer. Each attempt waits longer, up to an hour.

    What an earlier scan said stays. Returns False if the lease is another's now.
    """
    delay = min(timedelta(minutes=1) * 2 ** min(scan.failure_count, 6), LONGEST_DELAY)
    held = EvidenceScan.objects.filter(pk=scan.pk, lease=scan.lease)
    return bool(
        held.update(
            problem=problem.value,
            failure_count=F("failure_count") + 1,
            due_at=at + delay,
            lease=None,
            lease_ends_at=None,
        )
    )


def require_files(entry: Entry, verb: Verb) -> None:
    """Refuse an entry with a file that is not checked yet, or that has a virus.

    Raises ValidationError with code `file_held`.
    """
    if held := held_files_of([entry.pk], verb).get(entry.pk):
        raise ValidationError(" ".join(held), code="file_held")
