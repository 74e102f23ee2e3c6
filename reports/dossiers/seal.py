"""Seal a document so that only the holder of a private key can open it.

The worker that makes a dossier gets the public half of a key. The private half never
leaves the session of the person who asked.
"""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
PURPOSE = b"g7plan dossier"


class NotOpenedError(Exception):
    """The sealed document is another one, was changed, or is for another key."""


@dataclass(frozen=True)
class KeyPair:
    """A key for one document: its private and its public half, in hexadecimal."""

    private: str
    public: str

    @classmethod
    def new(cls) -> "KeyPair":
        key = X25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw().hex()
        return cls(key.private_bytes_raw().hex(), public)


@dataclass(frozen=True)
class Sealed:
    """A document that only one private key opens, as texts that JSON can hold."""

    sender: str  # the public half of a key that was used once, in hexadecimal
    nonce: str
    content: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def seal(content: bytes, *, public_key: str, name: str) -> Sealed:
    """Return the sealed document. `name` is checked when it is opened."""
    sender = X25519PrivateKey.generate()
    receiver = X25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    nonce = urandom(NONCE_BYTES)
    cipher = AESGCM(_key_of(sender.exchange(receiver)))
    return Sealed(
        sender=sender.public_key().public_bytes_raw().hex(),
        nonce=nonce.hex(),
        content=b64encode(cipher.encrypt(nonce, content, name.encode())).decode(),
    )


def open_sealed(sealed: Sealed, *, private_key: str, name: str) -> bytes:
    """Return the document. Raises NotOpenedError."""
    try:
        receiver = X25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
        sender = X25519PublicKey.from_public_bytes(bytes.fromhex(sealed.sender))
        cipher = AESGCM(_key_of(receiver.exchange(sender)))
        nonce, content = bytes.fromhex(sealed.nonce), b64decode(sealed.content)
        return cipher.decrypt(nonce, content, name.encode())
    except (InvalidTag, ValueError) as error:
        raise NotOpenedError from error


def _key_of(shared: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(shared)
