"""Merge the texts of two people who edited one entry at the same time.

The form carries a fingerprint (a short hash) of each field as it was when the editor
was opened. So the merge knows who changed which field. If both changed one, it proposes
a merged text for the second person to edit. Nothing that was typed is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from progress.entries.diff import DiffPiece, differences, merged
from progress.entries.text import EDITED_FIELDS, TEXT_LIMITS, EntryText, EvidenceItem
from progress.models import Handling

FINGERPRINT_LENGTH = 12


@dataclass(frozen=True)
class Conflict:
    """A field that both people changed, with both values."""

    field: str
    theirs: Any
    mine: Any

    @property
    def is_text(self) -> bool:
        return self.field in TEXT_LIMITS

    @property
    def only_theirs(self) -> list[DiffPiece]:
        """Their text. Pieces that mine does not have are `added`."""
        return _side(self.mine, self.theirs)

    @property
    def only_mine(self) -> list[DiffPiece]:
        """My text. Pieces that theirs does not have are `added`."""
        return _side(self.theirs, self.mine)


@dataclass(frozen=True)
class Merge:
    """The merged text, and which field came from whom."""

    text: EntryText
    both: tuple[Conflict, ...]
    # Names of the fields that only they changed, and that only I changed.
    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    is_evidence_of_both: bool

    @classmethod
    def of_one(cls, mine: EntryText) -> "Merge":
        """Return my text unmerged, to be copied: it cannot be saved any more."""
        return cls(mine, both=(), theirs=(), mine=(), is_evidence_of_both=False)


def fingerprints_of(text: EntryText) -> str:
    """Return a short fingerprint of each field, and of each item of evidence."""
    fingerprints = {name: _fingerprint(getattr(text, name)) for name in EDITED_FIELDS}
    items = ".".join(_fingerprint(item) for item in text.evidence)
    return ";".join(
        f"{name}={fingerprint}"
        for name, fingerprint in {**fingerprints, "evidence": items}.items()
    )


def merge(fingerprints: str, mine: EntryText, theirs: EntryText) -> Merge:
    """Merge two texts. `fingerprints` are of the text that mine came from.

    A field without a fingerprint counts as changed by both.
    """
    began = dict(_read(fingerprints))
    changed_by = {
        name: _changed_by(
            began.get(name, ""), getattr(mine, name), getattr(theirs, name)
        )
        for name in EDITED_FIELDS
    }
    both = tuple(
        Conflict(name, getattr(theirs, name), getattr(mine, name))
        for name in _fields_of("both", changed_by)
    )
    taken = {name: getattr(theirs, name) for name in _fields_of("theirs", changed_by)}
    proposed: dict[str, Any] = {
        conflict.field: _proposed(conflict) for conflict in both
    }
    items = _items(frozenset(began.get("evidence", "").split(".")), mine, theirs)
    return Merge(
        text=replace(mine, **taken, **proposed, evidence=tuple(items)),
        both=both,
        theirs=tuple(taken),
        mine=tuple(_fields_of("mine", changed_by)),
        is_evidence_of_both=set(mine.evidence) != set(theirs.evidence),
    )


def _read(fingerprints: str) -> Iterator[tuple[str, str]]:
    for part in fingerprints.split(";"):
        name, _sign, fingerprint = part.partition("=")
        yield name, fingerprint


def _changed_by(fingerprint: str, mine: object, theirs: object) -> str:
    if _plain(mine) == _plain(theirs):
        return "same"
    if _fingerprint(mine) == fingerprint:
        return "theirs"
    return "mine" if _fingerprint(theirs) == fingerprint else "both"


def _fields_of(person: str, changed_by: Mapping[str, str]) -> list[str]:
    return [name for name, changed in changed_by.items() if changed == person]


def _proposed(conflict: Conflict) -> object:
    """Return a merged text, or the stricter label, or my value.

    Only a person may decide for the wider audience.
    """
    if conflict.is_text:
        return merged(_plain(conflict.theirs), _plain(conflict.mine))
    if conflict.field == "handling":
        return Handling.strictest(conflict.theirs, conflict.mine)
    return conflict.mine


def _items(
    began: frozenset[str], mine: EntryText, theirs: EntryText
) -> Iterator[EvidenceItem]:
    """Yield each item once: what either added, without what either removed."""
    for item in theirs.evidence:
        if item in mine.evidence or _fingerprint(item) not in began:
            yield item
    for item in mine.evidence:
        if item not in theirs.evidence and _fingerprint(item) not in began:
            yield item


def _fingerprint(value: object) -> str:
    if isinstance(value, EvidenceItem):
        value = (
            value.title,
            value.url,
            value.citation,
            value.accessed_on,
            value.sha256,
        )
    return sha256(_plain(value).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _plain(value: object) -> str:
    """Return a value as a form returns it: with line feeds, no blanks around it."""
    return str(value).replace("\r\n", "\n").strip()


def _side(other: str, shown: str) -> list[DiffPiece]:
    """Return the text shown. Pieces that the other text does not have are `added`."""
    pieces = differences(_plain(other), _plain(shown))
    return [piece for piece in pieces if piece.kind != "removed"]
