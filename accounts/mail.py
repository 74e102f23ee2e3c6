"""Mails about an account. They contain a link, and nothing of what the system holds."""

from collections.abc import Mapping
from contextlib import suppress
from enum import Enum, auto
from smtplib import (
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from urllib.parse import urljoin

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import sanitize_address
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts.models import NewDeviceMail, User
from accounts.typed.text import UNWRITABLE
from audit.models import SystemPause

logger = structlog.get_logger()

# The server answered and refused.
_REFUSALS = (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError)


class Delivery(Enum):
    """The outcome of one attempt to send a mail."""

    TAKEN = auto()
    NOT_TAKEN = auto()
    # The mail could not be written, so no server was asked.
    UNWRITABLE = auto()
    # The server's answer was lost: the mail may have been sent or not.
    UNKNOWN = auto()
    # No server was asked: there is nothing left to say,
    NOT_NEEDED = auto()
    # or the person's account is not active any more.
    INACTIVE = auto()


def send_invitation(person: User) -> Delivery:
    """Send the link to set a first password, in the person's language."""
    link = password_link(
        user_pk_to_url_str(person), default_token_generator.make_token(person)
    )
    template, context = "account/email/invitation", {"link": link}
    return send(template, person.email, context, language=person.own_language)


def send_new_address(person: User, *, before: str) -> None:
    """Write to a person's new and former address that they sign in with the new one."""
    for address in (person.email, before):
        send("account/email/new_address", address, {}, language=person.own_language)


def send_second_invitation(email: str, language: str) -> Delivery:
    """Write to a person who has an account that another delegation invites them.

    The delegation's head does not learn that there is such an account.
    """
    return send("account/email/invited_again", email, {}, language=language)


def send_sign_in_code(person: User, code: str) -> Delivery:
    """Send the code that links an invited person with single sign-on."""
    link = urljoin(settings.SITE_URL, reverse("account_login"))
    template, context = "account/email/sign_in_code", {"link": link, "code": code}
    return send(template, person.email, context, language=person.own_language)


def send_linked(person: User) -> Delivery:
    """Write to a person that single sign-on now opens their account."""
    link = urljoin(settings.SITE_URL, reverse("accounts:me"))
    template, context = "account/email/single_sign_on_linked", {"link": link}
    return send(template, person.email, context, language=person.own_language)


def password_link(user_code: str, key: str) -> str:
    """Return the link to set a new password with this key.

    It uses the system's own address. The Host header of the request cannot be trusted,
    because the client chooses it.
    """
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_code, "key": key}
    )
    return urljoin(settings.SITE_URL, path)


def send_new_device(mail: NewDeviceMail) -> Delivery:
    """Write to a person what happened to their sign-in, such as a new browser.

    The mail says when it was, and where to look. It names no address and no browser,
    because other people may read the mailbox.
    """
    if not mail.user.is_active:
        return Delivery.INACTIVE
    is_device = mail.about == NewDeviceMail.About.DEVICE
    page = "accounts:session-list" if is_device else "account_second_factors"
    link = urljoin(settings.SITE_URL, reverse(page))
    context = {"link": link, "signed_in_at": mail.signed_in_at}
    template = f"account/email/{mail.about}"
    return send(template, mail.user.email, context, language=mail.user.own_language)


def send(
    template: str, address: str, context: Mapping[str, object], *, language: str
) -> Delivery:
    """Send the mail of three templates in a language."""
    return deliver(composed(template, address, context, language=language))


def composed(
    template: str, address: str, context: Mapping[str, object], *, language: str
) -> EmailMultiAlternatives:
    """Return the mail of three templates: subject, plain text and HTML.

    It is in this language, whatever the language of the request or of the worker.
    """
    full_context = {
        **context,
        "site_url": settings.SITE_URL,
        "valid_days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
    }
    with override(language):
        subject, text, html = (
            render_to_string(f"{template}_{part}", full_context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    mail = EmailMultiAlternatives(
        # A subject has one line.
        " ".join(subject.split()),
        text,
        to=[address],
        headers={"Content-Language": language},
    )
    mail.attach_alternative(html, "text/html")
    return mail


def deliver(mail: EmailMultiAlternatives) -> Delivery:
    """Give a mail to the server. Never raises for faults of mail, server or network.

    While the system is paused after a restore, no server is asked.
    """
    if SystemPause.objects.in_force().exists():
        logger.warning("mail_not_sent", delivery="NOT_TAKEN", reason="paused")
        return Delivery.NOT_TAKEN
    try:
        _write(mail)
    except UNWRITABLE as error:
        return _log(Delivery.UNWRITABLE, error)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        return _log(Delivery.NOT_TAKEN, error)
    try:
        connection.send_messages([mail])
    except _REFUSALS as error:
        return _log(Delivery.NOT_TAKEN, error)
    except (OSError, SMTPException) as error:
        return _log(Delivery.UNKNOWN, error)
    finally:
        with suppress(OSError, SMTPException):
            connection.close()
    return Delivery.TAKEN


def _write(mail: EmailMultiAlternatives) -> None:
    """Write the mail as the server gets it. Raises an error of `UNWRITABLE`."""
    mail.message().as_bytes()
    for address in mail.recipients():
        sanitize_address(address, mail.encoding or "utf-8")


def _log(delivery: Delivery, error: Exception) -> Delivery:
    # Only the type of error: a refusal quotes the address of the recipient.
    logger.warning("mail_not_sent", delivery=delivery.name, reason=type(error).__name__)
    return delivery
