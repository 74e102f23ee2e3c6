"""Delete what signing in leaves behind, once it has served its purpose."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.actions.form_tokens import KEPT
from accounts.models import FormToken, KnownDevice, MailJob, NewDeviceMail, SignInCode

# How long a mail about a new device stays in the list after it was sent.
SENT_MAILS_KEPT = timedelta(days=90)


@transaction.atomic
def delete_expired(*, at: datetime) -> None:
    """Delete sessions, codes, tokens, browsers and mails without use.

    Safe to repeat.
    """
    Session.objects.filter(expire_date__lte=at).delete()
    alive = Session.objects.values("pk")
    UserSession.objects.exclude(session_key__in=alive).delete()
    KnownDevice.objects.forgotten_by(at).delete()
    SignInCode.objects.filter(expires_at__lte=at).delete()
    FormToken.objects.filter(sent_at__lt=at - KEPT).delete()
    NewDeviceMail.objects.filter(
        state=MailJob.State.SENT, finished_at__lt=at - SENT_MAILS_KEPT
    ).delete()
