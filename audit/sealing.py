"""Encrypt secrets that must be readable again, so that the database reveals none.

The key is made from the installation's `SECRET_KEY` and is stored nowhere. What the
secret belongs to is bound to it: it cannot be moved to another row. `SECRET_KEY` can be
replaced if the earlier one stays in `SECRET_KEY_FALLBACKS`.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE_BYTES = 12


class SecretUnreadableError(Exception):
    """Raised if `SECRET_KEY` is another than when the secret was encrypted."""


@dataclass(frozen=True)
class Sealer:
    """Encrypts the secrets of one kind, with a key of their own."""

    salt: str
    name: str

    def seal(self, secret: str, owner: bytes) -> bytes:
        """Return the secret encrypted, with its random nonce in front."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = self._cipher(settings.SECRET_KEY)
        return nonce + cipher.encrypt(nonce, secret.encode(), owner)

    def unseal(self, sealed: bytes, owner: bytes) -> str:
        """Return the secret. Raises SecretUnreadableError."""
        nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return self._cipher(key).decrypt(nonce, content, owner).decode()
            except InvalidTag:
                continue
        raise SecretUnreadableError

    def _cipher(self, key: str | bytes) -> AESGCM:
        made = salted_hmac(self.salt, self.name, secret=key, algorithm="sha256")
        return AESGCM(made.digest())
