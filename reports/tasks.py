"""The Celery tasks of reports. A message may come twice, late, or never."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.core.exceptions import ValidationError
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from reports.actions.signing import sign_report
from reports.actions.stored_files import sweep_objects
from reports.dossier_runner import DossierMessage, make_dossier
from reports.models import Report
from reports.runner import compile_if_waiting
from reports.schedule_runner import run_due_schedules

# A sweep skips reports that were requested only now: their own message is on its way.
SETTLING = timedelta(seconds=5)
SWEEP_LIMIT = 50

log = structlog.get_logger()


@shared_task(ignore_result=True)
def compile_report(report_id: str) -> None:
    with bound_contextvars(job_id=report_id):
        compile_if_waiting(UUID(report_id))


@shared_task(ignore_result=True)
def render_dossier(
    dossier_id: str, user: str, member: str, public_key: str, asked_at: str
) -> None:
    asked = datetime.fromisoformat(asked_at)
    message = DossierMessage(UUID(dossier_id), UUID(user), member, public_key, asked)
    with bound_contextvars(job_id=dossier_id):
        make_dossier(message)


@shared_task(ignore_result=True, expires=15)
def sweep_reports() -> None:
    now = timezone.now()
    waiting = Report.objects.without_worker(now).filter(requested_at__lt=now - SETTLING)
    for report_id in waiting.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        compile_report.delay(str(report_id))


@shared_task(ignore_result=True, expires=60)
def run_schedules() -> None:
    run_due_schedules()


@shared_task(ignore_result=True, expires=3600)
def delete_orphaned_objects() -> None:
    sweep_objects(at=timezone.now())


@shared_task(ignore_result=True, expires=60)
def sign_reports() -> None:
    unsigned = Report.objects.unsigned().order_by("-finished_at", "pk")
    for report_id in unsigned.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        try:
            sign_report(report_id=report_id, at=timezone.now())
        except ValidationError as error:
            log.error("report not signed", problem=error.messages[0])  # noqa: TRY400
