"""Send a task to a worker soon, without ever waiting for the broker.

A web process sends a task by its name and never imports it: the tasks bring in what
only a worker needs, such as the typesetter.
"""

from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger()

# Seconds. A person has pressed a button and waits for the page.
SHORT_TIMEOUTS = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "max_retries": 0,
}


def enqueue_soon(task_name: str, row_id: UUID, *more: str) -> bool:
    """Ask a worker to look at a row now. Nothing is lost if the broker is away.

    The failure is logged and never raised, because the task's sweep finds the row.
    `more` is for a task without a row, whose page offers to request it again. Returns
    whether it was sent: who sends many need not wait for the same failure each time.
    """
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **SHORT_TIMEOUTS}
    try:
        with current_app.connection_for_write(
            settings.CELERY_BROKER_URL, transport_options=options
        ) as connection:
            current_app.send_task(
                task_name,
                (str(row_id), *more),
                connection=connection,
                ignore_result=True,
                retry=False,
            )
    except (OperationalError, RedisError, OSError) as error:
        log.warning(
            "broker out of reach", task=task_name, row=str(row_id), error=str(error)
        )
        return False
    return True
