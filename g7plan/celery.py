"""Celery's entry point: `celery --app g7plan worker`, `… beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")

app = Celery("g7plan", task_cls="g7plan.recorded_task:RecordedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
