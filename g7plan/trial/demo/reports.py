"""Reports of the demonstration: one goes round, and one is final."""

from datetime import datetime, timedelta

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import Action
from g7plan.trial.demo.scene import Scene
from progress.models import Handling, Stocktake
from reports.actions.circulation import circulate_report
from reports.actions.finals import approve_final
from reports.actions.requests import request_report
from reports.circulation.deadlines import usual_deadline
from reports.models import Report
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# When the draft that is final now was compiled and sent, and how long heads had.
COMPILED, HEADS_HAD = 12 * DAY, 9 * DAY


def circulate_reports(scene: Scene) -> None:
    """Make the report on the last action final, and send one on the second round.

    Each only if the member now in the chair had it then.
    """
    *_first, second, last = Action.objects.filter(plan=scene.plan).order_by("number")
    closed = Stocktake.objects.filter(plan=scene.plan, closed_at__isnull=False)
    stocktake = closed.order_by("-closed_at").first()
    coordinator = scene.people["coordinator"]
    if stocktake is not None and coordinator.is_presidency(scene.now - COMPILED):
        _make_final(scene, stocktake, last)
    if not coordinator.is_presidency(scene.now - 3 * HOUR):
        return
    opened = Stocktake.objects.open().filter(plan=scene.plan).first()
    draft = _draft(scene, opened, second, at=scene.now - 3 * HOUR)
    circulate_report(
        report_id=draft.pk,
        ends_at=usual_deadline(scene.now),
        by=coordinator,
        at=scene.now - 2 * HOUR,
    )


def _make_final(scene: Scene, stocktake: Stocktake, action: Action) -> None:
    first, other = scene.people["coordinator"], scene.people["coordinator.2"]
    at = scene.now - COMPILED
    draft = _draft(scene, stocktake, action, at=at)
    circulate_report(report_id=draft.pk, ends_at=at + HEADS_HAD, by=first, at=at + HOUR)
    approved_at = at + HEADS_HAD + DAY
    approve_final(report_id=draft.pk, by=other, at=approved_at)
    final = approve_final(report_id=draft.pk, by=first, at=approved_at + HOUR)
    if final is not None:
        compile_if_waiting(final.pk)


def _draft(
    scene: Scene, stocktake: Stocktake | None, action: Action, *, at: datetime
) -> Report:
    known_at = at.replace(microsecond=0)
    day = min(known_at, stocktake.closed_at or known_at) if stocktake else known_at
    request = ReportRequest(
        plan=scene.plan,
        audience=Handling.GREEN,
        at=utc_day(day),
        known_at=known_at,
        stocktake=stocktake,
        kind="brief",
        action=action,
    )
    by: User = scene.people["coordinator"]
    report = request_report(request=request, by=by, at=at)
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    return report
