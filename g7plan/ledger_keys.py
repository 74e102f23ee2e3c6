"""The checks of the ledger's keys, before anything starts."""

import re
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

from progress.ledger.signing import public_key_of


def require_ledger_keys(signing: str, public: str, former: Iterable[str]) -> None:
    """Raise ImproperlyConfigured unless these are keys, and the first two are a pair.

    Only the process that signs has the signing key.
    """
    for key in filter(None, (signing, public, *former)):
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise ImproperlyConfigured(
                "A key of the ledger has 64 lower-case hexadecimal digits, such as the"
                " output of `openssl rand -hex 32`."
            )
    if signing and public_key_of(signing) != public:
        raise ImproperlyConfigured(
            "LEDGER_PUBLIC_KEY is not the public half of LEDGER_SIGNING_KEY."
            " docs/running.md shows how to compute it."
        )


def require_key_and_role(signing: str, signer_url: str) -> None:
    """Raise ImproperlyConfigured for a process that has one of the two alone."""
    if bool(signing) != bool(signer_url):
        raise ImproperlyConfigured(
            "LEDGER_SIGNING_KEY and DATABASE_SIGNER_URL belong together. Set both for"
            " the process that signs, and neither for any other."
        )
