"""Send the mails that wait: each is recorded before and after the server is asked."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from accounts.actions.mail_jobs import claim_mail, finish_mail, mark_lost_mails
from accounts.mail import Delivery
from accounts.models import MailJob

AnyMail = TypeVar("AnyMail", bound=MailJob)

SWEEP_LIMIT = 50


def send_if_waiting(
    model: type[AnyMail], mail_id: UUID, send: Callable[[AnyMail], Delivery]
) -> bool:
    """Send the mail unless another worker does, or did. Safe to call twice."""
    mail = claim_mail(model, mail_id=mail_id, at=timezone.now())
    if mail is None:
        return False
    return finish_mail(mail=mail, delivery=send(mail), at=timezone.now())


def due_mails(model: type[MailJob], at: datetime) -> list[UUID]:
    """Return the mails to send now, after marking those whose worker was lost."""
    mark_lost_mails(model, at=at)
    due = model.objects.due(at).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:SWEEP_LIMIT])
