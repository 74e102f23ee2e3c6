"""Celery tasks of partners. A message may come twice, late or never."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from accounts.runner import due_mails, send_if_waiting
from partners.calendar import remind_of_dates
from partners.event_consumer import read_new_events
from partners.models import Digest
from partners.runner import make_due_digests, send_count


# `expires`: a worker that was stopped finds one message waiting, not a thousand.
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
        send_if_waiting(Digest, UUID(digest_id), send_count)


@shared_task(ignore_result=True, expires=60)
def sweep_digests() -> None:
    for digest_id in due_mails(Digest, timezone.now()):
        send_digest.delay(str(digest_id))
