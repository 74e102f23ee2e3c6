"""Celery's entry point: `celery --app g7plan worker`, `celery --app g7plan beat`."""

import os
import sys
from importlib import import_module
from typing import Any

from celery import Celery, signals
from django.db import close_old_connections
from django.utils import translation
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from g7plan.settings_of.operation import OTLP_ENDPOINT

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


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any], **_given: object) -> None:
    """Send with each task the id of the request that led to it, also through others."""
    request_id = get_contextvars().get("request_id")
    if request_id:
        headers["request_id"] = request_id


@signals.task_prerun.connect
def forget_language(**_given: object) -> None:
    """Begin each task in English, whatever the task before it wrote."""
    translation.deactivate()


@signals.task_prerun.connect
def bind_ids(sender: Any, task_id: str, **_given: object) -> None:
    """Write the ids of the task, and of its request, in each of its log lines."""
    if sender.request.is_eager:
        return
    clear_contextvars()
    request_id = getattr(sender.request, "request_id", None)
    ids = {"request_id": str(request_id)} if request_id else {}
    bind_contextvars(task=sender.name, task_id=task_id, **ids)


@signals.task_postrun.connect
def give_back_connections(sender: Any, **_given: object) -> None:
    """Return the connections of a task to the pool, which tests each before its use."""
    if not sender.request.is_eager:
        close_old_connections()
        clear_contextvars()


if OTLP_ENDPOINT:  # their packages take 20 MB of each process
    import_module("g7plan.traces.task_spans")

# Only workers and beat load the tasks: a web process sends them by name.
app.autodiscover_tasks()
