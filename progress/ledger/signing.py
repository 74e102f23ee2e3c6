"""Signing a head of the ledger, which anyone can check (Ed25519, RFC 8032).

Keys, signatures and hashes are lower-case hexadecimal. The signed bytes of a head are
canonical JSON of the day, the head's hash and the hash of the trail, if there is one.
They have no sequence number: it would reveal how many entries a reader below amber may
not see.
"""

from datetime import date
from hashlib import sha256

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)


def head_line(day: date, head_sha256: str, trail_sha256: str = "") -> bytes:
    """Return the bytes to sign for a day's head.

    `{"day":"2017-05-20","sha256":"…","trail_sha256":"…"}`, without the last field where
    there is no trail.
    """
    line = {"day": day.isoformat(), "sha256": head_sha256}
    if trail_sha256:
        line["trail_sha256"] = trail_sha256
    return rfc8785.dumps(line)


def sign(private_key: str, payload: bytes) -> str:
    """Return the signature of these bytes."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
    return key.sign(payload).hex()


def public_key_of(private_key: str) -> str:
    """Return the public half of a private key."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
    return key.public_key().public_bytes_raw().hex()


def fingerprint_of(public_key: str) -> str:
    """Return the SHA-256 of the key's raw 32 bytes, by which signatures name it."""
    return sha256(bytes.fromhex(public_key)).hexdigest()


def is_signature(public_key: str, payload: bytes, signature: str) -> bool:
    """Whether this is the signature of these bytes by this key."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    try:
        key.verify(bytes.fromhex(signature), payload)
    except (InvalidSignature, ValueError):
        return False
    return True
