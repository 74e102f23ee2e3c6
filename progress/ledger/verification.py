"""Is a ledger whole? Read from its records alone, one by one, without a database.

What was told outside (a signed checkpoint, a report, the closing of a stocktake) is
compared as well: a chain whose tail was cut off, or written anew, is sound in itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from progress.ledger.chain import NOTHING, Link, hash_of, instant


@dataclass(frozen=True)
class Erasure:
    """What stands where the law had a text erased."""

    content_sha256: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Subject:
    """What a record vouches for, as it is read now."""

    name: str
    content: Mapping[str, Any]
    erasure: Erasure | None = None
    # What a reader must be cleared for: its own label, and that of what it supersedes.
    handlings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LedgerRow:
    """One record as it is kept; `subject` is None where that is gone."""

    link: Link
    sha256: str
    subject: Subject | None


@dataclass(frozen=True)
class Head:
    """What the head was said to be; whatever came later is dated after `at`."""

    source: str
    sha256: str
    at: datetime


class Verification:
    """One reading of a ledger: `findings` names what is wrong, the rest sums up."""

    def __init__(self, heads: Iterable[Head] = ()) -> None:
        self.count = 0
        self.head: LedgerRow | None = None
        self.erased: list[str] = []
        self._last_whole: LedgerRow | None = None
        self._sealed: Head | None = None
        self._last_met: Head | None = None
        self._waiting: dict[str, list[Head]] = {}
        for head in sorted(heads, key=lambda head: head.at):
            self._waiting.setdefault(head.sha256, []).append(head)
        self._meet(NOTHING)

    def findings(self, rows: Iterable[LedgerRow]) -> Iterator[str]:
        """One sentence each, in the order of the records."""
        for row in rows:
            wrong = [*self._wrong_in_chain(row), *self._wrong_in_itself(row)]
            if wrong:
                yield f"{name_of(row)}: {'; '.join(wrong)}. {self._good_until()}"
            else:
                self._last_whole = row
            self.head, self.count = row, self.count + 1
            self._meet(row.sha256)
            self._meet(row.link.sha256)
        yield from self._unmet()

    def _wrong_in_chain(self, row: LedgerRow) -> Iterator[str]:
        link, before = row.link, self.head
        expected = before.link.sequence + 1 if before else 1
        # Whichever was changed of a record, its hash or its fields, is its own finding.
        follows = {before.sha256, before.link.sha256} if before else {NOTHING}
        if link.sequence != expected:
            yield f"records {expected} to {link.sequence - 1} are missing before it"
        elif link.previous_sha256 not in follows:
            yield "it does not follow the record before it"
        if before and link.recorded_at < before.link.recorded_at:
            yield "it is dated before the record before it"
        if self._sealed and link.recorded_at <= self._sealed.at:
            yield (
                f"it is dated before {instant(self._sealed.at)}, up to which"
                f" {self._sealed.source} had sealed the ledger without it"
            )

    def _wrong_in_itself(self, row: LedgerRow) -> Iterator[str]:
        if row.sha256 != row.link.sha256:
            yield "its own fields or its hash have been changed"
        elif row.subject is None:
            yield "what it vouches for is gone"
        elif row.subject.erasure:
            yield from self._wrong_in_erasure(row, row.subject.erasure)
        elif hash_of(row.subject.content) != row.link.content_sha256:
            yield "what it vouches for has been changed since it was published"

    def _wrong_in_erasure(self, row: LedgerRow, erasure: Erasure) -> Iterator[str]:
        self.erased.append(
            f"{name_of(row)}: erased on {instant(erasure.at)} by {erasure.by}:"
            f" {erasure.reason}"
        )
        if erasure.content_sha256 != row.link.content_sha256:
            yield "its tombstone names another content than was published"

    def _good_until(self) -> str:
        if self._last_whole is None:
            return "No record before it is whole."
        return f"Before it the last whole record is {name_of(self._last_whole)}."

    def _meet(self, sha256: str) -> None:
        for head in self._waiting.pop(sha256, []):
            if self._sealed is None or head.at > self._sealed.at:
                self._sealed = head
            self._last_met = head

    def _unmet(self) -> Iterator[str]:
        """Heads that were told, and stand nowhere in the chain."""
        unmet = sorted(
            (head for heads in self._waiting.values() for head in heads),
            key=lambda head: head.at,
        )
        if not unmet:
            return
        first, others = unmet[0], unmet[1:]
        since = f" after {self._last_met.source}" if self._last_met else ""
        yield (
            f"The head {first.sha256}, told by {first.source}, is nowhere in the"
            f" ledger: its end was cut off or written anew{since}."
        )
        for head in others:
            yield f"Nor is the head {head.sha256}, told by {head.source}."


def name_of(row: LedgerRow) -> str:
    about = f", {row.subject.name}" if row.subject else ""
    return f"record {row.link.sequence} of {instant(row.link.recorded_at)}{about}"
