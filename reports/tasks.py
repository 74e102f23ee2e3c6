"""The Celery tasks of reports. A message may come twice, late, or never."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from reports.models import Report
from reports.runner import compile_if_waiting

# A sweep skips reports that were requested only now: their own message is on its way.
SETTLING = timedelta(seconds=5)
SWEEP_LIMIT = 50


@shared_task(ignore_result=True)
def compile_report(report_id: str) -> None:
    with bound_contextvars(job_id=report_id):
        compile_if_waiting(UUID(report_id))


@shared_task(ignore_result=True, expires=15)
def sweep_reports() -> None:
    now = timezone.now()
    waiting = Report.objects.without_worker(now).filter(requested_at__lt=now - SETTLING)
    for report_id in waiting.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        compile_report.delay(str(report_id))
