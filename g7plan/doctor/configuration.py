"""Tries the settings: whether they fit together, and what they leave open."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from g7plan.doctor.findings import Diagnosis, Try, doubtful, good, wrong
from g7plan.settings_of.operation import METRICS_ADDRESS, METRICS_PORT
from reports.offered_languages import refused_languages


def try_start() -> Iterator[Diagnosis]:
    """Say which kind of start this is, and what Django thinks of it."""
    kind = "production" if settings.PRODUCTION else "a trial"
    yield good(f"This is {kind}, version {settings.PRODUCT_VERSION}.")
    found = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    for message in found:
        make = wrong if message.is_serious() else doubtful
        yield make(f"Django's check {message.id}: {message.msg}", message.hint or "")
    if not found:
        yield good("Django's own checks find nothing.")


def try_addresses() -> Iterator[Diagnosis]:
    """Compare the public address with what the server answers to."""
    site = urlsplit(settings.SITE_URL)
    if "*" in settings.ALLOWED_HOSTS:
        yield wrong(
            "ALLOWED_HOSTS accepts every name, so links can lead to another host.",
            "Name the hosts that people type in their browser.",
        )
    if not validate_host(site.hostname or "", settings.ALLOWED_HOSTS):
        yield wrong(
            f"SITE_URL is {settings.SITE_URL}, and ALLOWED_HOSTS refuses that host:"
            " links in mails answer 400.",
            "Add the host of SITE_URL to ALLOWED_HOSTS.",
        )
    elif settings.HTTPS and site.scheme != "https":
        yield wrong(
            f"SITE_URL is {settings.SITE_URL}, and HTTPS is on.",
            "Begin SITE_URL with https://.",
        )
    else:
        yield good(f"SITE_URL is {settings.SITE_URL}, and the server answers to it.")
    if settings.PRODUCTION and not settings.HTTPS:
        yield doubtful(
            "HTTPS is off: passwords and drafts travel in the open.",
            "Put a proxy with TLS in front, and set HTTPS=1.",
        )
    if not settings.CONTACT_EMAIL:
        yield doubtful(
            "CONTACT_EMAIL is not set: people without an account cannot ask anyone.",
            "Set CONTACT_EMAIL to an address that a person reads.",
        )


def try_files() -> Iterator[Diagnosis]:
    """Look for what pages and reports read from the disk."""
    if any(Path(settings.STATIC_ROOT).glob("*")):
        yield good(f"STATIC_ROOT: the static files are in {settings.STATIC_ROOT}.")
    else:
        yield wrong(
            f"STATIC_ROOT: there are no static files in {settings.STATIC_ROOT}, so"
            " pages have no style.",
            "Run `manage.py collectstatic --noinput`.",
        )
    missing = [name for name in settings.REPORT_FONT_DIRS if not Path(name).is_dir()]
    for name in missing:
        yield doubtful(
            f"REPORT_FONT_DIRS names {name}, which is no folder.",
            "Correct the path, or install the fonts.",
        )
    for reason in refused_languages():
        yield doubtful(reason, "Install fonts-noto-cjk, and start the processes again.")
    if not missing and not refused_languages():
        yield good("Fonts: reports can be compiled in every language.")


def try_switches() -> Iterator[Diagnosis]:
    """Say what is on and off, so that it need not be guessed."""
    at = f"on {METRICS_ADDRESS}:{METRICS_PORT}" if METRICS_PORT else "off"
    yield good(f"METRICS_PORT: metrics are {at}.")
    yield good(f"LINK_CHECKS: {'on' if settings.LINK_CHECKS else 'off'}.")
    proxies = len(settings.TRUSTED_PROXIES) or "no"
    yield good(
        f"TRUSTED_PROXY_COUNT is {settings.ALLAUTH_TRUSTED_PROXY_COUNT}, and"
        f" TRUSTED_PROXIES names {proxies} networks."
    )
    if settings.PRODUCTION and settings.DATABASE_OWNER_URL:
        yield doubtful(
            "DATABASE_OWNER_URL is set here.",
            "Only `migrate` and single commands need it: unset it for a service.",
        )


TRIED: dict[str, Try] = {
    "Start": try_start,
    "Addresses": try_addresses,
    "Files": try_files,
    "Switches": try_switches,
}
