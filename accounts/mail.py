"""Mails about an account. They carry a link, and nothing of what the system holds."""

from collections.abc import Mapping
from smtplib import SMTPException
from urllib.parse import urljoin

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User

logger = structlog.get_logger()


def send_invitation(person: User) -> bool:
    """Send the link by which a person sets a first password; False if it failed."""
    link = password_link(
        user_pk_to_url_str(person), default_token_generator.make_token(person)
    )
    return send("account/email/invitation", person.email, {"link": link})


def password_link(user_code: str, key: str) -> str:
    """Where a new password is set with this key.

    A mail goes by the system's own address: the Host header of the request that caused
    it is the word of whoever sent that.
    """
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_code, "key": key}
    )
    return urljoin(settings.SITE_URL, path)


def send(template: str, address: str, context: Mapping[str, object]) -> bool:
    """Send the mail of a template triple; False if no server took it."""
    whole = {
        **context,
        "site_url": settings.SITE_URL,
        "valid_days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
    }
    subject = " ".join(render_to_string(f"{template}_subject.txt", whole).split())
    mail = EmailMultiAlternatives(
        subject, render_to_string(f"{template}_body.txt", whole), to=[address]
    )
    mail.attach_alternative(
        render_to_string(f"{template}_body.html", whole), "text/html"
    )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        logger.warning("mail_not_sent", template=template, reason=str(error))
        return False
    return True
