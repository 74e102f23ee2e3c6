"""Signatures as the Standard Webhooks specification defines them. Plain Python.

A request carries `webhook-id`, `webhook-timestamp` and `webhook-signature`. Signed is
`<id>.<timestamp>.<body>`, with HMAC-SHA256. While a secret is being rotated, the
request is signed with both secrets. A receiver accepts either of them.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def make_secret() -> str:
    """Return a new secret of 256 random bits, in the form `whsec_<Base64>`."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    message_id: str, at: datetime, body: bytes, signing_secrets: Iterable[str]
) -> list[tuple[str, str]]:
    """Return the three headers of a request that is sent at this instant."""
    seconds = str(int(at.timestamp()))
    content = b".".join([message_id.encode(), seconds.encode(), body])
    signatures = (_signature(secret, content) for secret in signing_secrets)
    return [
        ("webhook-id", message_id),
        ("webhook-timestamp", seconds),
        ("webhook-signature", " ".join(signatures)),
    ]


def _signature(secret: str, content: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return f"v1,{b64encode(hmac.digest(key, content, 'sha256')).decode()}"
