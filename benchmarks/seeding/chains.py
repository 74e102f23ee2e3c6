"""The two chains of the record: the ledger, and the trail beside it."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from benchmarks.seeding.tables import Tables, escaped

NOTHING = "0" * 64
# As the product writes JSON that it hashes: RFC 8785, for values without fractions.
canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False
).encode


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def instant(at: datetime) -> str:
    """Return an instant, which is UTC, as the ledger writes it."""
    return f"{at.isoformat(timespec='microseconds')}Z"


def hidden(salt: bytes, name: str, text: str) -> dict[str, str] | None:
    """Return a text as the trail has it: as a hash with its row's salt."""
    if not text:
        return None
    return {"hmac_sha256": hmac.digest(salt, f"{name}:{text}".encode(), "sha256").hex()}


class Ledger:
    """The chain of publications. `append` returns the hash of the new record."""

    def __init__(self, tables: Tables) -> None:
        self.sequence, self.head = 0, NOTHING
        self._rows = tables.rows["progress_ledgerrecord"]

    def append(self, kind: str, recorded_at: str, content: Mapping[str, Any]) -> str:
        self.sequence += 1
        content_sha256 = hash_of(canonical(content))
        link = (
            f'{{"content_sha256":"{content_sha256}","kind":"{kind}",'
            f'"previous_sha256":"{self.head}","recorded_at":"{recorded_at}",'
            f'"sequence":{self.sequence}}}'
        )
        previous, self.head = self.head, hash_of(link)
        self._rows.append(
            (str(self.sequence), kind, recorded_at, content_sha256, previous, self.head)
        )
        return self.head


class Trail:
    """The chain of acts that the record rests on."""

    def __init__(self, tables: Tables) -> None:
        self.sequence, self.head = 0, NOTHING
        self._rows = tables.rows["progress_trailrecord"]

    def append(
        self, kind: str, subject: str, salt: str, content: Mapping[str, Any]
    ) -> str:
        """Add an act. Return the hash of its content."""
        self.sequence += 1
        text = canonical(content)
        content_sha256 = hash_of(text)
        link = (
            f'{{"content_sha256":"{content_sha256}","kind":"{kind}",'
            f'"previous_sha256":"{self.head}","sequence":{self.sequence},'
            f'"subject":"{subject}"}}'
        )
        previous, self.head = self.head, hash_of(link)
        self._rows.append(
            (
                str(self.sequence), kind, subject, escaped(text), salt, content_sha256,
                previous, self.head,
            )
        )  # fmt: skip
        return content_sha256
