"""From a claimed row to a mail that went: recorded before, and again after."""

from uuid import UUID

from django.utils import timezone

from accounts.actions.new_device_mails import claim_mail, finish_mail, give_up_mail
from accounts.mail import send_new_device


def send_if_waiting(mail_id: UUID) -> bool:
    """Send the mail unless somebody else does, or did. Safe to call again and again."""
    mail = claim_mail(mail_id=mail_id, at=timezone.now())
    if mail is None:
        return False
    if not mail.user.is_active:
        return give_up_mail(mail=mail, at=timezone.now())
    delivery = send_new_device(mail)
    return finish_mail(mail=mail, delivery=delivery, at=timezone.now())
