"""Celery's messages: look whether there is something to tell. Each may come twice."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from partners.actions.digests import mark_lost_digests
from partners.calendar import remind_of_dates
from partners.event_consumer import read_new_events
from partners.models import Digest
from partners.runner import make_due_digests, send_if_waiting

SWEEP_LIMIT = 50


# `expires`: a worker that was stopped finds the last look, and not a thousand of them.
@shared_task(ignore_result=True, expires=5)
def read_events() -> None:
    read_new_events(timezone.now())


@shared_task(ignore_result=True, expires=600)
def remind_by_calendar() -> None:
    remind_of_dates(timezone.now())


@shared_task(ignore_result=True, expires=600)
def make_digests() -> None:
    make_due_digests(timezone.now())


@shared_task(ignore_result=True)
def send_digest(digest_id: str) -> None:
    with bound_contextvars(job_id=digest_id):
        send_if_waiting(UUID(digest_id))


@shared_task(ignore_result=True, expires=60)
def sweep_digests() -> None:
    now = timezone.now()
    mark_lost_digests(at=now)
    due = Digest.objects.due(now).order_by("due_at", "pk")
    for digest_id in due.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        send_digest.delay(str(digest_id))
