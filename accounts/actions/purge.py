"""Delete expired sessions, old form tokens and browsers not seen for long."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.actions.form_tokens import KEPT
from accounts.models import FormToken, KnownDevice


@transaction.atomic
def delete_expired(*, at: datetime) -> None:
    """Delete sessions, tokens and known browsers without use. Safe to repeat."""
    Session.objects.filter(expire_date__lte=at).delete()
    alive = Session.objects.values("pk")
    UserSession.objects.exclude(session_key__in=alive).delete()
    KnownDevice.objects.forgotten_by(at).delete()
    FormToken.objects.filter(sent_at__lt=at - KEPT).delete()
