"""Verification of a ledger from its records alone, one by one, without a database.

Heads recorded elsewhere (a signed checkpoint, a report, the close of a stocktake) are
compared as well. Without them a ledger whose end was cut off or rewritten looks sound.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from progress.ledger.chain import NOTHING, Link, canonical_bytes, hash_of, instant


@dataclass(frozen=True)
class Erasure:
    """The tombstone of a text erased by law."""

    content_sha256: str
    at: datetime
    by: str
    reason: str


@dataclass
class Subject:
    """The content that a record covers, as it is read now."""

    # JSON. It is canonical, unless the row was changed to what no form allows.
    text: bytes
    erasure: Erasure | None = None
    # The labels a reader needs: that of the entry or the score table, and of what it
    # supersedes.
    handlings: frozenset[str] = frozenset()

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = orjson.loads(self.text)
        return content

    @property
    def name(self) -> str:
        content = self.content
        where = content["commitment"], content["member"], content["id"]
        is_score = "score" in content
        return score_name(content["body"], *where) if is_score else subject_name(*where)

    def has_hash(self, content_sha256: str) -> bool:
        """Whether this is the SHA-256 of the content in its canonical form.

        A text with this hash is that form: a text has all values, and each once.
        """
        is_equal = sha256(self.text).hexdigest() == content_sha256
        return is_equal or hash_of(self.content) == content_sha256

    def canonical(self, content_sha256: str) -> bytes:
        """Return the content as canonical JSON: the text, if it has this hash."""
        is_equal = sha256(self.text).hexdigest() == content_sha256
        return self.text if is_equal else canonical_bytes(self.content)


def subject_name(commitment: str, member: str, pk: object) -> str:
    """Return what names an entry in a finding: its commitment, member and id."""
    return f"{commitment} of {member}, entry {pk}"


def score_name(body: str, commitment: str, member: str, pk: object) -> str:
    """Return what names a score in a finding: also the body that gave it."""
    return f"{commitment} of {member}, score {pk} by {body}"


@dataclass
class LedgerRow:
    """One record in the database; `subject` is None if its entry or score is gone."""

    link: Link
    sha256: str
    subject: Subject | None


@dataclass(frozen=True)
class Head:
    """A recorded head of the ledger. Every later record is dated after `at`."""

    source: str
    sha256: str
    at: datetime


class Verification:
    """One verification: `findings` yields the faults, the attributes sum it up."""

    def __init__(
        self, heads: Iterable[Head] = (), *, before: LedgerRow | None = None
    ) -> None:
        """`before` is the record that the rows follow: without it, there is none."""
        self.count = 0
        self.head = before
        # What its fields hash to. A changed hash or field is a finding of its own:
        # here either hash is accepted.
        self._head_hash = before.link.sha256 if before else NOTHING
        self.erased: list[str] = []
        self._last_intact: LedgerRow | None = None
        self._sealed: Head | None = None
        self._last_met: Head | None = None
        self._waiting: dict[str, list[Head]] = {}
        for head in sorted(heads, key=lambda head: head.at):
            self._waiting.setdefault(head.sha256, []).append(head)
        self._meet(NOTHING)

    def findings(self, rows: Iterable[LedgerRow]) -> Iterator[str]:
        """Yield one sentence for each faulty record, in order, then missing heads."""
        for row in rows:
            hashed = row.link.sha256
            wrong = [*self._wrong_in_chain(row), *self._wrong_in_itself(row, hashed)]
            if wrong:
                yield f"{name_of(row)}: {'; '.join(wrong)}. {self._good_until()}"
            else:
                self._last_intact = row
            self.head, self._head_hash, self.count = row, hashed, self.count + 1
            self._meet(row.sha256)
            self._meet(hashed)
        yield from self._unmet()

    def _wrong_in_chain(self, row: LedgerRow) -> Iterator[str]:
        link, before = row.link, self.head
        expected = before.link.sequence + 1 if before else 1
        follows = {self._head_hash, before.sha256 if before else NOTHING}
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

    def _wrong_in_itself(self, row: LedgerRow, hashed: str) -> Iterator[str]:
        if row.sha256 != hashed:
            yield "its own fields or its hash have been changed"
        elif row.subject is None:
            yield f"its {_subject_of(row)} is gone"
        elif row.subject.erasure:
            yield from self._wrong_in_erasure(row, row.subject.erasure)
        elif not row.subject.has_hash(row.link.content_sha256):
            yield f"its {_subject_of(row)} has been changed since it was {_did(row)}"

    def _wrong_in_erasure(self, row: LedgerRow, erasure: Erasure) -> Iterator[str]:
        self.erased.append(
            f"{name_of(row)}: erased on {instant(erasure.at)} by {erasure.by}:"
            f" {erasure.reason}"
        )
        if erasure.content_sha256 != row.link.content_sha256:
            yield "its tombstone names a different content from the published one"

    def _good_until(self) -> str:
        if self._last_intact is None:
            return "No record before it is intact."
        return f"The last intact record before it is {name_of(self._last_intact)}."

    def _meet(self, sha256: str) -> None:
        for head in self._waiting.pop(sha256, []):
            if self._sealed is None or head.at > self._sealed.at:
                self._sealed = head
            self._last_met = head

    def _unmet(self) -> Iterator[str]:
        """Yield a sentence for each recorded head that is not in the chain."""
        unmet = sorted(
            (head for heads in self._waiting.values() for head in heads),
            key=lambda head: head.at,
        )
        if not unmet:
            return
        first, others = unmet[0], unmet[1:]
        since = f" after {self._last_met.source}" if self._last_met else ""
        yield (
            f"The head {first.sha256} of {first.source} is not in the"
            f" ledger: the end of the ledger was cut off or rewritten{since}."
        )
        for head in others:
            yield f"The head {head.sha256} of {head.source} is missing too."


def _subject_of(row: LedgerRow) -> str:
    """Return what a record of this kind covers."""
    return "score" if row.link.kind == "assessment" else "entry"


def _did(row: LedgerRow) -> str:
    """Return what put it on record."""
    return "released" if row.link.kind == "assessment" else "published"


def name_of(row: LedgerRow) -> str:
    about = f", {row.subject.name}" if row.subject else ""
    return f"record {row.link.sequence} of {instant(row.link.recorded_at)}{about}"
