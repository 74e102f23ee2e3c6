"""Tries the other machines that the settings name. Nothing of ours is sent to them."""

from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db import DatabaseError
from django.utils import timezone
from environs import Env

from accounts.dates import utc_day
from audit.object_storage import FilesAwayError, new_object_name
from g7plan.doctor.findings import (
    SECONDS,
    Diagnosis,
    Try,
    can_be_reached,
    doubtful,
    good,
    reason_of,
    wrong,
)
from progress.evidence.clamav import (
    ScannerAddress,
    ScanProblemError,
    engine_of,
    signed_on,
)
from progress.models import EvidenceScan
from reports.actions.stored_files import missing_objects

env = Env()
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"https": 443, "http": 80}
# Services whose host is tried, if the variable is set.
REACHED = ("OIDC_ISSUER", "OTEL_EXPORTER_OTLP_ENDPOINT")

MOST_NAMED = 20
MANY_TRIES = 3  # to check one file
# Debian's `clamav-freshclam` asks for new signatures each hour.
OLDEST_SIGNATURES = timedelta(days=7)


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


def try_scanner() -> Iterator[Diagnosis]:
    """Ask the scanner for its version, and look for files that wait for it."""
    if not settings.CLAMAV_URL:
        yield good("CLAMAV_URL is not set: files are not checked for viruses.")
        return
    try:
        engine = engine_of(ScannerAddress.of(settings.CLAMAV_URL), seconds=SECONDS)
    except ScanProblemError as error:
        yield wrong(
            f"CLAMAV_URL: the scanner does not answer: {error.detail or error}.",
            "Start it, and check the address. Until then new files are held back.",
        )
        return
    day = signed_on(engine)
    if day is None or utc_day(timezone.now()) - day > OLDEST_SIGNATURES:
        yield doubtful(
            f"CLAMAV_URL: {engine} has no signatures of the last week.",
            "Start clamav-freshclam, and let it reach its server.",
        )
    else:
        yield good(f"CLAMAV_URL: {engine} answers.")
    yield from _files_not_checked()


def _files_not_checked() -> Iterator[Diagnosis]:
    """Say whether files wait for a check that fails again and again. No number."""
    try:
        failed = EvidenceScan.objects.filter(verdict="", failure_count__gte=MANY_TRIES)
        is_stuck = failed.exists()
    except DatabaseError as error:
        yield wrong(
            f"The checks of files cannot be read: {reason_of(error)}.",
            "Repair the database first.",
        )
        return
    if is_stuck:
        yield wrong(
            f"Files are held back: {MANY_TRIES} tries to check them have failed.",
            "Sign in as an administrator, and open Jobs: it says why.",
        )


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
    "Scanner": try_scanner,
    "Other services": try_others,
}
