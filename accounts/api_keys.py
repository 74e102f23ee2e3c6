"""The format of an API key: how a key is made, read and compared. Plain Python.

`g7p_<prefix>_<secret>`: `g7p` lets scanners of source code find a leaked key. The
prefix names the key in lists and finds its row. The secret has 256 random bits.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

_FORMAT = re.compile(r"g7p_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class NewKey:
    """A new key with its secret, which is known only at this moment."""

    token: str = field(repr=False)
    prefix: str
    digest: str


def make_key() -> NewKey:
    prefix = secrets.token_hex(4)
    token = f"g7p_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(token=token, prefix=prefix, digest=digest_of(token))


def prefix_of(token: str) -> str | None:
    """Return the prefix of a token in the format of a key, or None."""
    match = _FORMAT.fullmatch(token)
    return match[1] if match else None


def digest_of(token: str) -> str:
    """Return what is stored of a key: its SHA-256 in hexadecimal."""
    return sha256(token.encode()).hexdigest()


def has_digest(token: str, digest: str) -> bool:
    """Return whether the token has this digest, in the same time for every token."""
    return hmac.compare_digest(digest_of(token), digest)
