"""Delete expired sessions and browsers that have not been seen for long."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import KnownDevice


@transaction.atomic
def delete_expired(*, at: datetime) -> None:
    """Delete sessions and known browsers that have no use any more. Safe to repeat."""
    Session.objects.filter(expire_date__lte=at).delete()
    alive = Session.objects.values("pk")
    UserSession.objects.exclude(session_key__in=alive).delete()
    KnownDevice.objects.forgotten_by(at).delete()
