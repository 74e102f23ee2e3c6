"""Celery's entry point: `celery --app g7plan worker`, `celery --app g7plan beat`."""

import os
import sys
from typing import Any

from celery import Celery, signals
from django.db import close_old_connections
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")
# Django's checks load every page and the API, which no worker serves: 30 MB for each of
# its processes. `manage.py prepare` runs them before a worker starts.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

# A process that ever took more than this is replaced after its task, and a new one has
# 85. A long report takes it to 180, of which 140 would stay beside the next typesetter.
MOST_MEMORY = 150_000  # kB

app = Celery("g7plan", task_cls="g7plan.recorded_task:RecordedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.worker_max_memory_per_child = MOST_MEMORY
# Celery would close the pool of database connections twice for each task, and the next
# task would connect again. With this number it never does.
app.conf.update(CELERY_DB_REUSE_MAX=sys.maxsize)


@signals.task_prerun.connect
def forget_language(**_given: object) -> None:
    """Begin each task in English, whatever the task before it wrote."""
    translation.deactivate()


@signals.task_postrun.connect
def give_back_connections(sender: Any, **_given: object) -> None:
    """Return the connections of a task to the pool, which tests each before its use."""
    if not sender.request.is_eager:
        close_old_connections()


# Only workers and beat load the tasks: a web process sends them by name.
app.autodiscover_tasks()
