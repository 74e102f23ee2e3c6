"""The trail beside the ledger: what its rows hash, and what is wrong with one.

A row covers the rows of the database that one act wrote. Its content holds their
fields. An erasable text is in it as a hash with the row's random salt.
"""

import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from progress.ledger.chain import (
    NOTHING,
    TrailLink,
    canonical,
    hash_of_text,
    is_canonical,
    is_canonical_of,
)

HIDDEN = "hmac_sha256"


def hidden(salt: str, name: str, text: str) -> dict[str, str] | None:
    """Return the hash of a text: HMAC-SHA-256 with the salt as its key.

    `name` says whose text it is, so that equal texts have different hashes. An empty
    text is None. Without a salt the hash is empty too: the text was erased.
    """
    if not text:
        return None
    try:
        key = bytes.fromhex(salt)
    except ValueError:  # only a changed row has such a salt
        key = b""
    if not key:
        return {HIDDEN: ""}
    return {HIDDEN: hmac.digest(key, f"{name}:{text}".encode(), "sha256").hex()}


def without_hashes(value: Any) -> Any:
    """Return a content with the hashes of its texts emptied."""
    if isinstance(value, dict):
        if set(value) == {HIDDEN}:
            return {HIDDEN: ""}
        return {name: without_hashes(part) for name, part in value.items()}
    if isinstance(value, list):
        return [without_hashes(part) for part in value]
    return value


def parsed(content: str) -> dict[str, Any] | None:
    """Return a recorded content as data; None unless it is an object in canonical JSON.

    A forged one can be any text, with the right hash.
    """
    try:
        data = orjson.loads(content)
        is_good = isinstance(data, dict) and is_canonical(content, data)
    except (ValueError, RecursionError):
        return None
    return data if is_good else None


@dataclass
class TrailRow:
    """One row of the trail; `present` is what it covers, as it is now."""

    link: TrailLink
    sha256: str
    # Canonical JSON, as it was recorded.
    content: str
    # None if what it covers is gone.
    present: Mapping[str, Any] | None
    # False where only the chain was read, or the database has compared it.
    is_compared: bool = True
    # Its salt was destroyed.
    is_erased: bool = False
    # A tombstone says that its entry's text was erased by law.
    has_tombstone: bool = False

    @property
    def name(self) -> str:
        link = self.link
        return f"trail row {link.sequence}, {link.kind} {link.subject}"


class TrailVerification:
    """One verification: `findings` yields the faults, the attributes sum it up."""

    def __init__(
        self,
        heads: Iterable[tuple[str, str]] = (),
        watched: Iterable[str] = (),
        *,
        after: tuple[int, str] = (0, NOTHING),
    ) -> None:
        self.kinds: Counter[str] = Counter()
        self.erased: list[str] = []
        # The row before the first one that is read: its number and hash.
        self.sequence, self.head = after
        # Where each recorded head of the trail is kept, until it is met.
        self.unmet = {sha256: source for source, sha256 in heads if sha256 != NOTHING}
        # Hashes that may be heads of the trail or of the ledger, and those that are.
        self.watched, self.met = set(watched), set[str]()

    @property
    def count(self) -> int:
        return self.kinds.total()

    def findings(self, rows: Iterable[TrailRow]) -> Iterator[str]:
        """Yield one sentence for each faulty row, in order, then missing heads."""
        for row in rows:
            if wrong := [*self._wrong_in_chain(row), *self._wrong_in_itself(row)]:
                yield f"{row.name}: {'; '.join(wrong)}."
            self.kinds[row.link.kind] += 1
            self.sequence, self.head = row.link.sequence, row.sha256
            self.unmet.pop(row.sha256, None)
            self.met |= {row.sha256} & self.watched
        for sha256, source in self.unmet.items():
            yield (
                f"The head {sha256} of {source} is not in the trail: the end of the"
                " trail was cut off or rewritten."
            )

    def _wrong_in_chain(self, row: TrailRow) -> Iterator[str]:
        if row.link.sequence != self.sequence + 1:
            yield (
                f"rows {self.sequence + 1} to {row.link.sequence - 1} are missing"
                " before it"
            )
        elif row.link.previous_sha256 != self.head:
            yield "it does not follow the row before it"
        if row.sha256 != row.link.sha256:
            yield "its own fields or its hash have been changed"
        elif hash_of_text(row.content) != row.link.content_sha256:
            yield "its content has been changed"

    def _wrong_in_itself(self, row: TrailRow) -> Iterator[str]:
        if not row.is_compared:
            return
        if row.present is None:
            yield "what it covers is gone"
            return
        if row.is_erased and not row.has_tombstone:
            yield "its salt is gone without a legal erasure"
        if row.is_erased:
            self.erased.append(row.name)
        if row.is_erased or not is_canonical_of(row.content, row.present):
            recorded: Any = parsed(row.content)
            present: Any = json.loads(canonical(row.present))
            if row.is_erased:
                recorded, present = without_hashes(recorded), without_hashes(present)
            if recorded != present:
                parts = ", ".join(differences(recorded, present)) or "the order"
                yield f"changed since it was recorded: {parts}"


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield the name of each part that differs, and no value.

    A forged content can have any names: what cannot be printed is escaped.
    """
    if isinstance(before, list) and isinstance(after, list):
        before, after = dict(_keyed(before)), dict(_keyed(after))
    if isinstance(before, dict) and isinstance(after, dict) and HIDDEN not in before:
        for key in [*before, *(key for key in after if key not in before)]:
            here = f"{path} {key}".strip()
            yield from differences(before.get(key), after.get(key), here)
    elif before != after:
        yield (path if path.isprintable() else ascii(path)) or "its content"


def _keyed(items: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each item with the id by which a reader finds its row, or its number."""
    for number, item in enumerate(items, start=1):
        yield (str(item.get("id")) if isinstance(item, dict) else number), item
