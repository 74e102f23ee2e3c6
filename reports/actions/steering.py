"""Retries and cancels the job of a report."""

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import can_steer_jobs
from reports.actions.recording import record_report
from reports.actions.requests import require_quota
from reports.models import Report
from reports.permissions import can_steer


@transaction.atomic
def retry_report(*, report_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Put a failed or cancelled job back in the queue.

    Raises PermissionDenied, or ValidationError with code `illegal_transition` or
    `too_many`.
    """
    report = _steered(report_id, by=by, at=at)
    if report.state not in {Report.State.FAILED, Report.State.CANCELLED}:
        raise _not_now(report)
    require_quota(by)
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
    record_report(verb, report, by=by, at=at)
    return Report.objects.defer("snapshot").get(pk=report.pk)
