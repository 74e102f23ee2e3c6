"""The mail of a digest: the number of notices, and links to them and to settings."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from accounts.mail import Delivery, composed, deliver
from accounts.models import User


def digest_mail(address: str, count: int, language: str) -> EmailMultiAlternatives:
    """Return the mail with the number of unread notices, and nothing of their content.

    Other people may read the mailbox, so the mail names no commitment and no member.
    """
    context = {
        "count": count,
        "link": urljoin(settings.SITE_URL, reverse("partners:notice-list")),
        "preferences_link": urljoin(
            settings.SITE_URL, reverse("partners:notice-preferences")
        ),
    }
    return composed("partners/email/digest", address, context, language=language)


def send_digest_mail(user: User, count: int) -> Delivery:
    """Send a person the number of their unread notices."""
    return deliver(digest_mail(user.email, count, user.own_language))
