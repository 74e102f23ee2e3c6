"""Celery tasks of accounts. A message may come twice, late or never."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from accounts.actions import role_ends
from accounts.actions.idempotency import delete_old_answers
from accounts.actions.key_uses import delete_old_uses, store_uses
from accounts.actions.purge import delete_expired
from accounts.mail import send_new_device
from accounts.models import NewDeviceMail
from accounts.runner import due_mails, send_if_waiting


@shared_task(ignore_result=True)
def send_new_device_mail(mail_id: str) -> None:
    with bound_contextvars(job_id=mail_id):
        send_if_waiting(NewDeviceMail, UUID(mail_id), send_new_device)


@shared_task(ignore_result=True, expires=60)
def sweep_new_device_mails() -> None:
    for mail_id in due_mails(NewDeviceMail, timezone.now()):
        send_new_device_mail.delay(str(mail_id))


@shared_task(ignore_result=True, expires=3600)
def tidy_sign_ins() -> None:
    delete_expired(at=timezone.now())


@shared_task(ignore_result=True, expires=60)
def end_passed_roles() -> None:
    role_ends.end_passed_roles(at=timezone.now())


@shared_task(ignore_result=True, expires=3600)
def delete_idempotency_keys() -> None:
    delete_old_answers(at=timezone.now())


@shared_task(ignore_result=True, expires=30)
def store_key_uses() -> None:
    store_uses()


@shared_task(ignore_result=True, expires=3600)
def delete_old_key_uses() -> None:
    delete_old_uses(at=timezone.now())
