"""From unread notices to a mail that went: recorded before, and again after."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from partners.actions.digests import (
    claim_digest,
    count_of,
    drop_digest,
    finish_digest,
    make_digest,
)
from partners.mail import send_digest_mail
from partners.models import Digest, Notice


def make_due_digests(at: datetime) -> list[Digest]:
    """One for each person to whom something is new, where it is time for one."""
    waiting = Notice.objects.to_mail(at).values("user")
    people = User.objects.people().filter(is_active=True, pk__in=waiting)
    made = (make_digest(user=person, at=at) for person in people.order_by("pk"))
    return [digest for digest in made if digest is not None]


def send_if_waiting(digest_id: UUID) -> bool:
    """Send the mail unless somebody else does, or did. Safe to call again and again."""
    digest = claim_digest(digest_id=digest_id, at=timezone.now())
    if digest is None:
        return False
    count = count_of(digest, at=timezone.now())
    if not count:
        return drop_digest(digest=digest, at=timezone.now())
    delivery = send_digest_mail(digest.user, count)
    return finish_digest(digest=digest, delivery=delivery, at=timezone.now())
