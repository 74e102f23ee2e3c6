"""The codes of an authenticator app: RFC 6238, six digits every thirty seconds."""

import time
from base64 import b64encode
from urllib.parse import quote, urlencode

import segno
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.utils.crypto import constant_time_compare

from accounts.models import User
from audit.sealing import Sealer

SECONDS = 30
# The clock of a telephone may be a step behind or ahead.
STEPS_AROUND = 1
ISSUER = "g7plan"

SEALER = Sealer("accounts.second_factors", "app")


def new_secret() -> str:
    """Return 160 random bits in Base32, as RFC 4226 recommends."""
    return str(generate_totp_secret())


def current_step() -> int:
    """Return the number of the present time step."""
    return int(time.time()) // SECONDS


def matching_step(secret: str, code: str, *, after: int) -> int | None:
    """Return the time step of a code, or None if it is wrong or was used before.

    Each code works once: a step up to `after`, the last one used, is refused.
    """
    typed = "".join(code.split())
    now, found = current_step(), None
    for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1):
        expected = format_hotp_value(hotp_value(secret, step))
        if constant_time_compare(typed, expected) and step > after:
            found = step
    return found


def app_link(person: User, secret: str) -> str:
    """Return what the app reads from the picture: secret, account and issuer."""
    label = quote(f"{ISSUER}:{person.email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def picture_of(link: str) -> str:
    """Return the QR code of a link as SVG, dark on light in every colour scheme."""
    picture: str = segno.make(link, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True
    )
    return picture


def in_groups(secret: str) -> str:
    """Return a secret in groups of four letters, which people can type."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def sealed_secret(person: User, secret: str) -> str:
    """Return the secret as it is stored."""
    return b64encode(SEALER.seal(secret, person.pk.bytes)).decode()
