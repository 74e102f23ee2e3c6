"""Celery tasks of partners. A message may come twice, late or never."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from accounts.runner import due_mails, send_if_waiting
from partners.actions.webhook_deliveries import delete_old_deliveries
from partners.calendar import remind_of_dates
from partners.event_consumer import read_new_events
from partners.models import Digest
from partners.runner import make_due_digests, send_count
from partners.webhook_runner import (
    endpoints_due,
    read_changes_for_webhooks,
    send_due,
    send_if_due,
)


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


@shared_task(ignore_result=True, expires=15)
def read_webhook_changes() -> None:
    read_changes_for_webhooks(timezone.now())


@shared_task(ignore_result=True, expires=60)
def send_webhooks(endpoint_id: str) -> None:
    with bound_contextvars(job_id=endpoint_id):
        send_due(UUID(endpoint_id))


@shared_task(ignore_result=True)
def send_webhook(delivery_id: str) -> None:
    with bound_contextvars(job_id=delivery_id):
        send_if_due(UUID(delivery_id))


@shared_task(ignore_result=True, expires=15)
def sweep_webhooks() -> None:
    for endpoint_id in endpoints_due(timezone.now()):
        send_webhooks.delay(str(endpoint_id))


@shared_task(ignore_result=True, expires=3600)
def delete_old_webhook_deliveries() -> None:
    delete_old_deliveries(at=timezone.now())
