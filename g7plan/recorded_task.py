"""The base class of all tasks: it records each scheduled run, and heeds a pause."""

from typing import Any

import structlog
from celery import Task
from django.conf import settings
from django.utils import timezone

from audit.actions import note_run
from audit.models import SystemPause
from audit.outages import is_outage

log = structlog.get_logger()

# What a task returns that did nothing, since the system is paused.
HELD = "held"


class RecordedTask(Task):  # type: ignore[type-arg]  # not generic when it runs
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task, unless the system is paused: its rows wait for the end.

        Unlike Celery's own, this keeps the request that the worker has set.
        """
        if SystemPause.objects.in_force().exists():
            log.info("task held: the system is paused", task=self.name)
            return HELD
        return self.run(*args, **kwargs)

    def on_success(
        self, retval: Any, task_id: str, args: Any, kwargs: dict[str, Any]
    ) -> None:
        if retval != HELD and self.name in _scheduled_names():
            try:
                note_run(task=self.name, at=timezone.now())
            except Exception as error:
                # Its work is done. Celery would print a traceback as a warning.
                if not is_outage(error):
                    raise
                log.warning("run not recorded", task=self.name, error=str(error))
        super().on_success(retval, task_id, args, kwargs)


def _scheduled_names() -> set[str]:
    return {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
