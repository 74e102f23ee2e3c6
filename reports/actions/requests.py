"""Asks for a report: the row of its job."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.transactions import retried
from reports.actions.lines import number_draft
from reports.actions.recording import record_report
from reports.models import Report
from reports.permissions import compilable_audiences
from reports.report_request import ReportRequest, Since, require_sensible

# For each user, so that one user cannot fill the queue for all others.
MOST_UNFINISHED = 5


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
    require_quota(by)
    report = Report(
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
    if report.is_of_presidency:
        number_draft(report)
    report.save(force_insert=True)
    record_report("report.request", report, by=by, at=at)
    return report


def _since_fields(since: Since | None) -> dict[str, Any]:
    if since is None:
        return {}
    return {
        "since_stocktake": since.stocktake,
        "since_report": since.report,
        "since_at": since.at,
        "since_known_at": since.known_at,
    }


def require_quota(by: User) -> None:
    unfinished = Report.objects.filter(requested_by=by, finished_at=None)
    if unfinished.count() >= MOST_UNFINISHED:
        raise ValidationError(
            _("%(limit)d of your reports are not done yet. Wait until one is done."),
            code="too_many",
            params={"limit": MOST_UNFINISHED},
        )
