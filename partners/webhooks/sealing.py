"""Encrypt the secrets of webhooks, so that a copy of the database reveals none.

A secret must be readable to sign with it, so it cannot be hashed. The key is made from
the installation's `SECRET_KEY`, as the key of unsent text is, and is stored nowhere.
The endpoint's id is bound to what is encrypted: it cannot be moved to another row.
"""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE_BYTES = 12


class SecretUnreadableError(Exception):
    """Raised if `SECRET_KEY` is another than when the secret was encrypted."""


def seal(secret: str, endpoint_id: UUID) -> bytes:
    """Return the secret encrypted, with its random nonce in front."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = _cipher(settings.SECRET_KEY)
    return nonce + cipher.encrypt(nonce, secret.encode(), endpoint_id.bytes)


def unseal(sealed: bytes, endpoint_id: UUID) -> str:
    """Return the secret. Raises SecretUnreadableError."""
    nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(nonce, content, endpoint_id.bytes).decode()
        except InvalidTag:
            continue
    raise SecretUnreadableError


def _cipher(key: str | bytes) -> AESGCM:
    made = salted_hmac("partners.webhooks", "secrets", secret=key, algorithm="sha256")
    return AESGCM(made.digest())
