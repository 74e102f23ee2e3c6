"""Tell a worker at once that a row waits, without ever waiting for the broker."""

from uuid import UUID

import structlog
from celery import Task, current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger()

# Seconds. A person has pressed a button and waits for the page.
PATIENCE = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}


def wake(task: "Task[[str], None]", row_id: UUID) -> None:
    """Nothing rests on this message: the task's sweep finds the row anyway."""
    try:
        with current_app.connection_for_write(
            settings.CELERY_BROKER_URL,
            transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **PATIENCE},
        ) as connection:
            task.apply_async(
                (str(row_id),),
                connection=connection,  # type: ignore[call-arg]  # the stubs lack it
                retry=False,
            )
    except (OperationalError, RedisError, OSError) as error:
        log.warning(
            "broker out of reach", task=task.name, row=str(row_id), error=str(error)
        )
