"""The hashes of the ledger: what is hashed, and how records are chained.

Canonical JSON (RFC 8785), SHA-256 (FIPS 180-4), hashes in lower-case hexadecimal,
instants in UTC with six decimals and a Z. `docs/ledger.md` explains how to repeat it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

# The previous hash of the first record.
NOTHING = "0" * 64


def hash_of(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the value as canonical JSON."""
    return sha256(rfc8785.dumps(dict(value))).hexdigest()


def canonical(value: object) -> str:
    """Return plain JSON data as canonical JSON: faster, and equal without fractions."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def instant(at: datetime) -> str:
    """Return an instant as the ledger writes it: `2017-05-20T12:00:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Link:
    """One record of the chain, as plain data."""

    sequence: int
    kind: str
    recorded_at: datetime
    content_sha256: str
    previous_sha256: str

    @property
    def sha256(self) -> str:
        return hash_of(
            {
                "sequence": self.sequence,
                "kind": self.kind,
                "recorded_at": instant(self.recorded_at),
                "content_sha256": self.content_sha256,
                "previous_sha256": self.previous_sha256,
            }
        )


@dataclass(frozen=True)
class TrailLink:
    """One row of the trail's chain, as plain data."""

    sequence: int
    kind: str
    subject: str
    content_sha256: str
    previous_sha256: str

    @property
    def sha256(self) -> str:
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return hash_of_text(canonical(fields))
