"""The mail of a digest: how many items, where they are, and how to have fewer mails."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from accounts.mail import Delivery, composed, deliver
from accounts.models import User


def send_digest_mail(user: User, count: int) -> Delivery:
    """No code, no member, no word of what waits: others may read a mailbox."""
    context = {
        "count": count,
        "link": urljoin(settings.SITE_URL, reverse("partners:notice-list")),
        "preferences_link": urljoin(
            settings.SITE_URL, reverse("partners:notice-preferences")
        ),
    }
    return deliver(composed("partners/email/digest", user.email, context))
