"""Asks for a report: the row of its job."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.transactions import retried
from progress.ledger.chain import hash_of
from reports.actions.lines import lock_line, number_draft
from reports.actions.recording import record_report
from reports.facts import facts_of
from reports.models import LINE_FIELDS, Report, ReportQuerySet
from reports.permissions import compilable_audiences
from reports.report_request import ReportRequest, Since, require_sensible

# For each user, so that one user cannot fill the queue for all others.
MOST_UNFINISHED = 5


@retried
def request_report(*, request: ReportRequest, by: User, at: datetime) -> Report:
    """Return the report that this person asks for. The next free worker compiles it.

    It is a new report with its job, unless the person has one that says the same. What
    others asked for makes no difference. Raises PermissionDenied, or ValidationError:
    by field, or with code `too_many`.
    """
    member = request.member.pk if request.member else None
    audiences = compilable_audiences(by, request.kind, member, at=at)
    if not audiences:
        raise PermissionDenied
    _require_known_since(request.since, by, at=at)
    require_sensible(request, at)
    if request.audience not in audiences:
        raise PermissionDenied
    report = _wanted(request, by=by, at=at)
    lock_line(report)
    if same := _same_report(report, by=by, at=at):
        return same
    require_quota(by)
    if report.is_of_presidency:
        number_draft(report)
    report.save(force_insert=True)
    record_report("report.request", report, by=by, at=at)
    return report


def _wanted(request: ReportRequest, *, by: User, at: datetime) -> Report:
    """Return the report that is asked for. It is not saved."""
    return Report(
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


def _require_known_since(since: Since | None, by: User, *, at: datetime) -> None:
    """Refuse to compare with a report that its reader may not see: it is unknown."""
    if since is None or since.report is None:
        return
    visible = Report.objects.visible_to(by, at).filter(state=Report.State.DONE)
    if not visible.filter(pk=since.report.pk).exists():
        message = _("There is no such report.")
        problem = ValidationError(message, code="unknown_value")
        raise ValidationError({"since": [problem]})


def _since_fields(since: Since | None) -> dict[str, Any]:
    if since is None:
        return {}
    return {
        "since_stocktake": since.stocktake,
        "since_report": since.report,
        "since_at": since.at,
        "since_known_at": since.known_at,
    }


def _same_report(wanted: Report, *, by: User, at: datetime) -> Report | None:
    """Return what this person has already, waiting or finished, that says the same.

    A finished report does if its facts are those that this one would have.
    """
    own = _own_like(wanted, by=by, at=at)
    waiting = own.filter(finished_at=None, known_at=wanted.known_at).first()
    if waiting is not None:
        return waiting
    finished = own.filter(state=Report.State.DONE, erased_at=None).exclude(
        facts_sha256=""
    )
    if not finished.exists():
        return None
    return finished.filter(facts_sha256=hash_of(facts_of(wanted))).first()


def _own_like(wanted: Report, *, by: User, at: datetime) -> ReportQuerySet:
    """Return the person's reports of the same line and day, the newest first."""
    line = {name: getattr(wanted, name) for name in LINE_FIELDS}
    own = Report.objects.visible_to(by, at).filter(
        requested_by=by,
        is_of_presidency=wanted.is_of_presidency,
        at=wanted.at,
        final_of=None,
        **line,
    )
    return own.defer("snapshot").order_by("-requested_at", "pk")


def require_quota(by: User) -> None:
    unfinished = Report.objects.filter(requested_by=by, finished_at=None)
    if unfinished.count() >= MOST_UNFINISHED:
        raise ValidationError(
            _("%(limit)d of your reports are not done yet. Wait until one is done."),
            code="too_many",
            params={"limit": MOST_UNFINISHED},
        )
