"""Celery's entry point: `celery --app g7plan worker`, `celery --app g7plan beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")

app = Celery("g7plan", task_cls="g7plan.recorded_task:RecordedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Only workers and beat load the tasks: a web process sends them by name.
app.autodiscover_tasks()
