"""What a worker does with a job: claim it, note progress, finish or fail.

The row is the job. A worker claims it with a lease, and every later write of that
worker names the lease. If the lease has expired and another worker has claimed the job,
those writes change nothing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F

from audit.stored_files import keep_bytes
from reports.actions.recording import record_report
from reports.models import Report, ReportCover, ReportFile
from reports.problems import WORN_OUT

LEASE = timedelta(seconds=30)
# If a report loses three workers, the cause is the report.
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class SnapshotHashes:
    """The hash of a whole snapshot, and of its facts alone."""

    snapshot_sha256: str
    facts_sha256: str


@dataclass(frozen=True)
class CompiledCover:
    """The first page as a picture, and the number of pages."""

    picture: bytes
    pages: int


@dataclass(frozen=True)
class CompiledFile:
    """A report in one format, as its renderer made it."""

    format: str
    content: bytes
    cover: CompiledCover | None = None


def claim_report(*, report_id: uuid.UUID, at: datetime) -> Report | None:
    """Claim the job and return its report. Return None if another worker has it."""
    lease = uuid.uuid4()
    claimed = (
        Report.objects.without_worker(at)
        .filter(pk=report_id, attempts__lt=MOST_ATTEMPTS)
        .update(
            state=Report.State.RUNNING,
            lease=lease,
            lease_ends_at=at + LEASE,
            attempts=F("attempts") + 1,
            percent=0,
            step=Report.Step.SNAPSHOT,
            problem="",
        )
    )
    if not claimed:
        return None
    return (
        Report.objects.select_related("plan__summit", "stocktake", "requested_by")
        .filter(pk=report_id, lease=lease)
        .first()
    )


def give_up_report(*, report_id: uuid.UUID, at: datetime) -> bool:
    """Fail a job that has lost too many workers, and return whether it did.

    So its requester sees that it needs attention.
    """
    worn_out = Report.objects.without_worker(at).filter(
        pk=report_id, attempts__gte=MOST_ATTEMPTS
    )
    return bool(
        worn_out.update(
            state=Report.State.FAILED,
            lease=None,
            lease_ends_at=None,
            finished_at=at,
            problem=WORN_OUT % {"attempts": MOST_ATTEMPTS},
        )
    )


def renew_lease(*, report_id: uuid.UUID, lease: uuid.UUID, at: datetime) -> bool:
    """Renew the lease of a working worker. Return False if it has lost the job."""
    held = Report.objects.filter(pk=report_id, lease=lease)
    return bool(held.update(lease_ends_at=at + LEASE))


def note_progress(
    *, report: Report, percent: int, step: Report.Step, at: datetime
) -> bool:
    """Store the progress of the lease's holder, and renew the lease.

    Return False if the worker has lost the job.
    """
    held = Report.objects.filter(pk=report.pk, lease=report.lease)
    return bool(held.update(percent=percent, step=step, lease_ends_at=at + LEASE))


def finish_report(
    *,
    report: Report,
    snapshot: dict[str, Any],
    hashes: SnapshotHashes,
    files: Sequence[CompiledFile],
    replaced: list[dict[str, Any]],
    at: datetime,
) -> bool:
    """Store the snapshot and the files, and end the job.

    Only the holder of the lease can do this. Return False for any other worker.
    Raises FilesAwayError.
    """
    # The bytes first: no lock is held while they go to object storage.
    rows = [_report_file(report, file) for file in files]
    ending = {
        "finished_at": at,
        "snapshot": snapshot,
        "snapshot_sha256": hashes.snapshot_sha256,
        "facts_sha256": hashes.facts_sha256,
        "replaced": replaced,
    }
    covers = [file.cover for file in files if file.cover]
    return _end_with_files(report, rows, covers, ending)


@transaction.atomic
def _end_with_files(
    report: Report,
    rows: Sequence[ReportFile],
    covers: Sequence[CompiledCover],
    ending: dict[str, Any],
) -> bool:
    held = Report.objects.filter(
        pk=report.pk, lease=report.lease, state=Report.State.RUNNING
    )
    if held.select_for_update().values_list("pk").first() is None:
        return False
    # Files first: a finished report takes no more.
    ReportFile.objects.bulk_create(rows)
    ReportCover.objects.bulk_create(
        ReportCover(report=report, picture=cover.picture, pages=cover.pages)
        for cover in covers
    )
    held.update(
        state=Report.State.DONE,
        percent=100,
        step="",
        lease=None,
        lease_ends_at=None,
        **ending,
    )
    about = {"snapshot_sha256": ending["snapshot_sha256"]}
    at = ending["finished_at"]
    record_report("report.finish", report, by=None, at=at, **about)
    return True


def _report_file(report: Report, file: CompiledFile) -> ReportFile:
    return ReportFile(
        report=report,
        format=file.format,
        size=len(file.content),
        sha256=sha256(file.content).hexdigest(),
        **asdict(keep_bytes(file.content)),
    )


@transaction.atomic
def fail_report(*, report: Report, problem: str, at: datetime) -> bool:
    """End the job with a reason that a coordinator can act on.

    Only the holder of the lease can do this. Return False for any other worker.
    """
    held = Report.objects.filter(pk=report.pk, lease=report.lease)
    failed = held.update(
        state=Report.State.FAILED,
        step="",
        lease=None,
        lease_ends_at=None,
        finished_at=at,
        problem=problem[:500],
    )
    if failed:
        record_report("report.fail", report, by=None, at=at, problem=problem)
    return bool(failed)
