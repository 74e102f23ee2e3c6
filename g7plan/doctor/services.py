"""Tries the other machines that the settings name. Nothing of ours is sent to them."""

from collections.abc import Iterator
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db import DatabaseError
from environs import Env

from audit.object_storage import FilesAwayError, new_object_name
from g7plan.doctor.findings import (
    Diagnosis,
    Try,
    can_be_reached,
    doubtful,
    good,
    reason_of,
    wrong,
)
from reports.actions.stored_files import missing_objects

env = Env()
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"https": 443, "http": 80, "tcp": 3310}
# Services whose host is tried, if the variable is set.
REACHED = ("OIDC_ISSUER", "CLAMAV_URL", "OTEL_EXPORTER_OTLP_ENDPOINT")

MOST_NAMED = 20


def try_mail() -> Iterator[Diagnosis]:
    """Sign in to the mail server, and send nothing."""
    if settings.EMAIL_BACKEND != SMTP:
        yield good("EMAIL_URL: mails are not sent, but kept on this machine.")
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection: Any = mail.get_connection()
    try:
        connection.open()
        connection.close()
    except (SMTPException, OSError) as error:
        yield wrong(
            f"EMAIL_URL: {server} takes no mail: {reason_of(error)}.",
            "Check the host, the port, the user and the password in EMAIL_URL.",
        )
    else:
        yield good(f"EMAIL_URL: {server} takes mails.")
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield doubtful(
            f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL}: mail servers refuse"
            " such a sender.",
            "Set it to an address of your domain.",
        )


def try_files() -> Iterator[Diagnosis]:
    """Ask the object storage for an object that is not there, and for all that are."""
    if settings.FILES_S3 is None:
        yield good("FILES_S3_BUCKET: files are in the database.")
        return
    try:
        settings.FILES_S3.has(new_object_name())
    except FilesAwayError as error:
        yield wrong(
            f"FILES_S3_BUCKET: {reason_of(error)}.",
            "Check the bucket, its address, the key, and the rights of the key.",
        )
        return
    yield good(f"FILES_S3_BUCKET: {settings.FILES_S3.name} answers.")
    try:
        missing = list(missing_objects())
    except (FilesAwayError, DatabaseError) as error:
        yield wrong(
            f"FILES_S3_BUCKET: not every file was looked for: {reason_of(error)}.",
            "Try again when the storage and the database answer.",
        )
        return
    if missing:
        named = ", ".join(missing[:MOST_NAMED])
        more = " and others" if len(missing) > MOST_NAMED else ""
        yield wrong(
            f"FILES_S3_BUCKET: {len(missing)} objects are not there. They are those of"
            f" {named}{more}.",
            "Put them back from earlier versions or a copy of the bucket.",
        )
    else:
        yield good("FILES_S3_BUCKET: the object of every file is there.")


def try_others() -> Iterator[Diagnosis]:
    for name in REACHED:
        address = env.str(name, default="")
        if address:
            port = PORTS.get(urlsplit(address).scheme, 443)
            yield can_be_reached(name, address, port)
        else:
            yield good(f"{name} is not set: this part is off.")


TRIED: dict[str, Try] = {
    "Mail": try_mail,
    "Storage of files": try_files,
    "Other services": try_others,
}
