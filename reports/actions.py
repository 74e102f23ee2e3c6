"""Actions on a report: request, claim, finish, fail, cancel and retry.

The row is the job. A worker claims it with a lease, and every later write of that
worker names the lease. If the lease has expired and another worker has claimed the job,
those writes change nothing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import can_steer_jobs
from audit.record import record
from audit.transactions import retried
from progress.actions.instants import recorded_instant
from progress.ledger.keys import SIGNER, sign_payload
from reports.manifests import MANIFEST_PARTS, faults_of, manifest_text
from reports.models import Report, ReportFile, ReportManifest
from reports.permissions import can_steer, compilable_audiences
from reports.report_request import ReportRequest, Since, require_sensible

LEASE = timedelta(seconds=30)
# If a report loses three workers, the cause is the report.
MOST_ATTEMPTS = 3
# For each user, so that one user cannot fill the queue for all others.
MOST_UNFINISHED = 5


@dataclass(frozen=True)
class SnapshotHashes:
    """The hash of a whole snapshot, and of its facts alone."""

    snapshot_sha256: str
    facts_sha256: str


@dataclass(frozen=True)
class CompiledFile:
    """A report in one format, as its renderer made it."""

    format: str
    content: bytes


@retried
def request_report(*, request: ReportRequest, by: User, at: datetime) -> Report:
    """Create the report with its job. The next free worker compiles it.

    Raises PermissionDenied, or ValidationError: by field, or with code `too_many`.
    """
    member = request.member.pk if request.member else None
    audiences = compilable_audiences(by, request.kind, member, at=at)
    if not audiences:
        raise PermissionDenied
    require_sensible(request, at)
    if request.audience not in audiences:
        raise PermissionDenied
    _require_quota(by)
    report = Report.objects.create(
        plan=request.plan,
        kind=request.kind,
        layout=request.layout,
        stocktake=request.stocktake,
        at=request.at,
        known_at=request.known_at,
        audience=request.audience,
        language=request.language,
        requested_at=at,
        requested_by=by,
        is_of_presidency=by.is_presidency(at),
        **request.scope,
        **_since_fields(request.since),
    )
    _record("report.request", report, by=by, at=at)
    return report


def _record(
    verb: str, report: Report, *, by: User | None, at: datetime, **about: object
) -> None:
    """Record an act. The audit page lists it for the Presidency if it asked for it."""
    data = {"is_of_presidency": report.is_of_presidency, **about}
    record(verb=verb, target=report, by=by, at=at, data=data)


def _since_fields(since: Since | None) -> dict[str, Any]:
    if since is None:
        return {}
    return {
        "since_stocktake": since.stocktake,
        "since_report": since.report,
        "since_at": since.at,
        "since_known_at": since.known_at,
    }


def _require_quota(by: User) -> None:
    unfinished = Report.objects.filter(requested_by=by, finished_at=None)
    if unfinished.count() >= MOST_UNFINISHED:
        raise ValidationError(
            _("%(limit)d of your reports are not done yet. Wait until one is done."),
            code="too_many",
            params={"limit": MOST_UNFINISHED},
        )


@transaction.atomic
def retry_report(*, report_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Put a failed or cancelled job back in the queue.

    Raises PermissionDenied, or ValidationError with code `illegal_transition` or
    `too_many`.
    """
    report = _steered(report_id, by=by, at=at)
    if report.state not in {Report.State.FAILED, Report.State.CANCELLED}:
        raise _not_now(report)
    _require_quota(by)
    return _restate(report, Report.State.QUEUED, by=by, at=at, verb="report.retry")


@transaction.atomic
def requeue_report(*, report_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Put a failed job back in the queue for an administrator, who reads no report.

    It is compiled with the rights that its requester has by then. Raises
    PermissionDenied, Report.DoesNotExist, or ValidationError `illegal_transition`.
    """
    if not can_steer_jobs(by):
        raise PermissionDenied
    report = Report.objects.select_for_update().defer("snapshot").get(pk=report_id)
    if report.state != Report.State.FAILED:
        raise _not_now(report)
    return _restate(report, Report.State.QUEUED, by=by, at=at, verb="report.requeue")


@transaction.atomic
def cancel_report(*, report_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Cancel a job. A worker that is busy with it loses its lease.

    Raises PermissionDenied, or ValidationError with code `illegal_transition`.
    """
    report = _steered(report_id, by=by, at=at)
    if report.is_finished:
        raise _not_now(report)
    return _restate(report, Report.State.CANCELLED, by=by, at=at, verb="report.cancel")


def _steered(report_id: uuid.UUID, *, by: User, at: datetime) -> Report:
    report = (
        Report.objects.visible_to(by, at)
        .select_for_update(of=("self",))
        .defer("snapshot")
        .get(pk=report_id)
    )
    if not can_steer(by, report, at=at):
        raise PermissionDenied
    return report


def _not_now(report: Report) -> ValidationError:
    return ValidationError(
        _("This is not possible now. The state of this report is “%(state)s”."),
        code="illegal_transition",
        params={"state": report.get_state_display()},
    )


def _restate(
    report: Report, state: Report.State, *, by: User, at: datetime, verb: str
) -> Report:
    is_queued = state is Report.State.QUEUED
    Report.objects.filter(pk=report.pk).update(
        state=state,
        percent=0,
        step="",
        problem="",
        attempts=0,
        lease=None,
        lease_ends_at=None,
        finished_at=None if is_queued else at,
    )
    _record(verb, report, by=by, at=at)
    return Report.objects.defer("snapshot").get(pk=report.pk)


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
            problem=_(
                "The worker stopped %(attempts)d times while compiling this report. Ask"
                " an administrator to check the memory of the workers, then try again."
            )
            % {"attempts": MOST_ATTEMPTS},
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


@transaction.atomic
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
    """
    held = Report.objects.filter(
        pk=report.pk, lease=report.lease, state=Report.State.RUNNING
    )
    if held.select_for_update().values_list("pk").first() is None:
        return False
    # Files first: a finished report takes no more.
    ReportFile.objects.bulk_create(_report_file(report, file) for file in files)
    held.update(
        state=Report.State.DONE,
        percent=100,
        step="",
        lease=None,
        lease_ends_at=None,
        finished_at=at,
        snapshot=snapshot,
        snapshot_sha256=hashes.snapshot_sha256,
        facts_sha256=hashes.facts_sha256,
        replaced=replaced,
    )
    about = {"snapshot_sha256": hashes.snapshot_sha256}
    _record("report.finish", report, by=None, at=at, **about)
    return True


def _report_file(report: Report, file: CompiledFile) -> ReportFile:
    return ReportFile(
        report=report,
        format=file.format,
        content=file.content,
        size=len(file.content),
        sha256=sha256(file.content).hexdigest(),
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
        _record("report.fail", report, by=None, at=at, problem=problem)
    return bool(failed)


def sign_report(*, report_id: uuid.UUID, at: datetime) -> ReportManifest | None:
    """Sign what is stored of a finished report. The signing process does this.

    It computes every hash again from the stored bytes first. Return None if there is
    nothing to sign. Raises ValidationError with code `not_intact`.
    """
    unsigned = Report.objects.using(SIGNER).unsigned().filter(pk=report_id)
    report = unsigned.select_related(*MANIFEST_PARTS).first()
    if report is None:
        return None
    if faults := list(faults_of(report)):
        raise ValidationError(
            _("Report %(report)s is not signed: %(faults)s."),
            code="not_intact",
            params={"report": report.pk, "faults": "; ".join(faults)},
        )
    text = manifest_text(report)
    signed = sign_payload(text.encode())
    manifest = ReportManifest(
        report=report,
        text=text,
        signed_at=recorded_instant(at),
        key_sha256=signed.key_sha256,
        signature=signed.signature,
    )
    # Another run may have signed it meanwhile: what it signed is the same.
    ReportManifest.objects.using(SIGNER).bulk_create([manifest], ignore_conflicts=True)
    return manifest
