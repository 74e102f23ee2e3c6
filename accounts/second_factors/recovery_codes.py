"""Recovery codes: each signs in once when passkey and telephone are lost.

A code has 79 random bits, so it cannot be guessed, not even from its digest. The digest
is keyed with `SECRET_KEY` as well.
"""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

COUNT = 10
GROUPS, GROUP_LENGTH = 4, 4
# Letters and digits that are not mistaken for one another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_codes() -> list[str]:
    """Return new codes, such as `k7mq-…`: they are shown once and never stored."""
    return [_new_code() for _number in range(COUNT)]


def digest_of_code(code: str, *, key: str | bytes | None = None) -> str:
    """Return the keyed digest of a code, however its groups are typed."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    made = salted_hmac(
        "accounts.second_factors.recovery_codes", plain, secret=key, algorithm="sha256"
    )
    return made.hexdigest()


def find_digest(code: str, digests: list[str]) -> str | None:
    """Return the digest of a code among those stored, or None."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        typed = digest_of_code(code, key=key)
        for digest in digests:
            if constant_time_compare(typed, digest):
                return digest
    return None


def _new_code() -> str:
    return "-".join(
        "".join(secrets.choice(LETTERS) for _letter in range(GROUP_LENGTH))
        for _group in range(GROUPS)
    )
