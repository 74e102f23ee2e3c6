"""What an API key looks like: how one is made, read and compared. Plain Python.

`g7p_<prefix>_<secret>`: the first part lets scanners of source code find a leaked key,
the prefix names it in lists and finds its row, the secret has 256 random bits.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

_FORMAT = re.compile(r"g7p_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class NewKey:
    """A key at the only moment at which it is known."""

    token: str = field(repr=False)
    prefix: str
    digest: str


def make_key() -> NewKey:
    prefix = secrets.token_hex(4)
    token = f"g7p_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(token=token, prefix=prefix, digest=digest_of(token))


def prefix_of(token: str) -> str | None:
    """The prefix of what has a key's form; None for everything else."""
    match = _FORMAT.fullmatch(token)
    return match[1] if match else None


def digest_of(token: str) -> str:
    """What is kept of a key: the SHA-256 of the whole, in hexadecimal."""
    return sha256(token.encode()).hexdigest()


def has_digest(token: str, digest: str) -> bool:
    """Is this the key of that digest? Takes the same time for every wrong one."""
    return hmac.compare_digest(digest_of(token), digest)
