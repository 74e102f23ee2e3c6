"""Celery's messages: look at row N. Each may come twice, late, or never."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery import current_app, shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from structlog.contextvars import bound_contextvars

from reports.compiling import compile_if_waiting
from reports.models import Report

log = structlog.get_logger()

# A sweep leaves alone what a wake() has only just announced.
SETTLING = timedelta(seconds=5)
SWEEP_LIMIT = 50


@shared_task(ignore_result=True)
def compile_report(report_id: str) -> None:
    with bound_contextvars(job_id=report_id):
        compile_if_waiting(UUID(report_id))


@shared_task(ignore_result=True, expires=15)
def sweep_reports() -> None:
    now = timezone.now()
    waiting = Report.objects.standing_still(now).filter(requested_at__lt=now - SETTLING)
    for report_id in waiting.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        compile_report.delay(str(report_id))


def wake_compiler(report_id: UUID) -> None:
    """Tell a worker at once. Nothing rests on it: the sweep finds the row anyway."""
    short = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}
    try:
        with current_app.connection_for_write(
            settings.CELERY_BROKER_URL,
            transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **short},
        ) as connection:
            compile_report.apply_async(
                (str(report_id),),
                connection=connection,  # type: ignore[call-arg]  # the stubs lack it
                retry=False,
            )
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker out of reach", report=str(report_id), error=str(error))
