"""What is over and tells nobody anything: expired sessions, browsers long gone."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import KnownDevice


@transaction.atomic
def delete_expired(*, at: datetime) -> None:
    """Delete what no longer opens, nor says, anything. Safe twice."""
    Session.objects.filter(expire_date__lte=at).delete()
    alive = Session.objects.values("pk")
    UserSession.objects.exclude(session_key__in=alive).delete()
    KnownDevice.objects.forgotten_by(at).delete()
