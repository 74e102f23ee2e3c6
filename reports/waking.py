"""Telling a worker at once that a report waits, without ever waiting for the broker."""

from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from reports.tasks import compile_report

log = structlog.get_logger()

# Seconds. A person has pressed a button and waits for the page.
PATIENCE = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}


def wake_compiler(report_id: UUID) -> None:
    """Nothing rests on this message: the sweep finds the row anyway."""
    try:
        with current_app.connection_for_write(
            settings.CELERY_BROKER_URL,
            transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **PATIENCE},
        ) as connection:
            compile_report.apply_async(
                (str(report_id),),
                connection=connection,  # type: ignore[call-arg]  # the stubs lack it
                retry=False,
            )
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker out of reach", report=str(report_id), error=str(error))
