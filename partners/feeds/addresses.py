"""Private addresses: how one is made, and how it is found again. Plain Python."""

import secrets
from hashlib import sha256


def make_token() -> str:
    """Return the secret part of a new address: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hexadecimal.

    A token has 256 random bits, so a slow hash would add nothing.
    """
    return sha256(token.encode()).hexdigest()
