"""Make digests for the people who have new notices, and send one."""

from datetime import datetime

from django.utils import timezone

from accounts.mail import Delivery
from accounts.models import User
from partners.actions.digests import count_of, make_digest
from partners.mail import send_digest_mail
from partners.models import Digest, Notice


def make_due_digests(at: datetime) -> list[Digest]:
    """Make a digest for each person with new notices, where it is time for one."""
    waiting = Notice.objects.to_mail(at).values("user")
    people = User.objects.people().filter(is_active=True, pk__in=waiting)
    made = (make_digest(user=person, at=at) for person in people.order_by("pk"))
    return [digest for digest in made if digest is not None]


def send_count(digest: Digest) -> Delivery:
    """Mail the number of unread notices, unless none is left."""
    count = count_of(digest, at=timezone.now())
    return send_digest_mail(digest.user, count) if count else Delivery.NOT_NEEDED
