"""Celery's messages: look at row N. Each may come twice, late, or never."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from accounts.actions.new_device_mails import mark_lost_mails
from accounts.actions.purge import delete_expired
from accounts.models import NewDeviceMail
from accounts.runner import send_if_waiting

SWEEP_LIMIT = 50


@shared_task(ignore_result=True)
def send_new_device_mail(mail_id: str) -> None:
    with bound_contextvars(job_id=mail_id):
        send_if_waiting(UUID(mail_id))


@shared_task(ignore_result=True, expires=60)
def sweep_new_device_mails() -> None:
    now = timezone.now()
    mark_lost_mails(at=now)
    due = NewDeviceMail.objects.due(now).order_by("due_at", "pk")
    for mail_id in due.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        send_new_device_mail.delay(str(mail_id))


@shared_task(ignore_result=True, expires=3600)
def tidy_sign_ins() -> None:
    delete_expired(at=timezone.now())
