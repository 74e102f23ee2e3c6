"""The base class of all tasks. It records when a scheduled task was done."""

from typing import Any

import structlog
from celery import Task
from django.conf import settings
from django.utils import timezone

from audit.actions import note_run
from audit.outages import is_outage

log = structlog.get_logger()


class RecordedTask(Task):  # type: ignore[type-arg]  # not generic when it runs
    def on_success(
        self, retval: Any, task_id: str, args: Any, kwargs: dict[str, Any]
    ) -> None:
        if self.name in _scheduled_names():
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
