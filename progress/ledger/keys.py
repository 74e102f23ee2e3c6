"""The keys of this installation: who signs, and whose signatures count.

Only the signing process has the private key and the database's alias `signer`, the role
that alone adds checkpoints and manifests. It signs what it has read from the database
and verified, never what a message contains.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from progress.ledger.signing import fingerprint_of, is_signature, public_key_of, sign

# The database alias of the signing process.
SIGNER = "signer"


@dataclass(frozen=True)
class LedgerSignature:
    """A signature, and the SHA-256 of the public key that verifies it."""

    key_sha256: str
    signature: str


def public_keys() -> dict[str, str]:
    """Return each public key whose signatures count, by its SHA-256."""
    keys = [settings.LEDGER_PUBLIC_KEY, *settings.LEDGER_FORMER_PUBLIC_KEYS]
    return {fingerprint_of(key): key for key in keys}


def sign_payload(payload: bytes) -> LedgerSignature:
    """Sign these bytes with the private key of the ledger.

    Raises ImproperlyConfigured in every process but the one that signs.
    """
    for name, is_set in (
        ("LEDGER_SIGNING_KEY", settings.LEDGER_SIGNING_KEY),
        ("DATABASE_SIGNER_URL", SIGNER in connections),
    ):
        if not is_set:
            raise ImproperlyConfigured(
                f"{name} is not set, so this process cannot sign. docs/running.md"
                " describes the signing process."
            )
    key = settings.LEDGER_SIGNING_KEY
    return LedgerSignature(fingerprint_of(public_key_of(key)), sign(key, payload))


def is_signed(payload: bytes, *, key_sha256: str, signature: str) -> bool:
    """Whether these bytes were signed with a key whose signatures count."""
    key = public_keys().get(key_sha256)
    return key is not None and is_signature(key, payload, signature)
