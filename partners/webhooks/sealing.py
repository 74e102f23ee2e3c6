"""Encrypt the secrets of webhooks, so that a copy of the database reveals none.

A secret must be readable to sign with it, so it cannot be hashed.
"""

from uuid import UUID

from audit.sealing import Sealer

_SEALER = Sealer("partners.webhooks", "secrets")


def seal(secret: str, endpoint_id: UUID) -> bytes:
    """Return the secret encrypted for this endpoint."""
    return _SEALER.seal(secret, endpoint_id.bytes)


def unseal(sealed: bytes, endpoint_id: UUID) -> str:
    """Return the secret. Raises SecretUnreadableError."""
    return _SEALER.unseal(sealed, endpoint_id.bytes)
