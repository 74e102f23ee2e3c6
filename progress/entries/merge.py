"""Two people have edited one entry: who changed what, and one text out of both.

The form carries a mark of each field as it stood when the editor was opened. A field
that only one of the two has changed is that one's; where both did, a merge is proposed
for the second of them to edit. Nothing that anybody typed is left out unasked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from progress.entries.diff import DiffPiece, differences, merged
from progress.entries.text import LIMITS, TEXT_FIELDS, EntryText, EvidenceItem
from progress.models import Handling

MARK_LENGTH = 12


@dataclass(frozen=True)
class Conflict:
    """A field that both have changed: the two texts, or the two values."""

    field: str
    theirs: Any
    mine: Any

    @property
    def is_text(self) -> bool:
        return self.field in LIMITS

    @property
    def only_theirs(self) -> list[DiffPiece]:
        """Their text, with what mine has not."""
        return _side(self.mine, self.theirs)

    @property
    def only_mine(self) -> list[DiffPiece]:
        return _side(self.theirs, self.mine)


@dataclass(frozen=True)
class Merge:
    """The text to go on from, and how it came about."""

    text: EntryText
    both: tuple[Conflict, ...]
    # Names of fields: changed by them alone, and by me alone.
    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    is_evidence_of_both: bool

    @classmethod
    def of_one(cls, mine: EntryText) -> "Merge":
        """No merge: it cannot be saved any more, and is shown to be copied."""
        return cls(mine, both=(), theirs=(), mine=(), is_evidence_of_both=False)


def marks_of(text: EntryText) -> str:
    """A short mark of each field, and of each item of evidence."""
    marks = {name: _mark(getattr(text, name)) for name in TEXT_FIELDS}
    items = ".".join(_mark(item) for item in text.evidence)
    return ";".join(
        f"{name}={mark}" for name, mark in {**marks, "evidence": items}.items()
    )


def merge(marks: str, mine: EntryText, theirs: EntryText) -> Merge:
    """`marks` are those of the text that mine was begun from.

    A mark that is missing is that of no text: then both have changed the field.
    """
    began = dict(_read(marks))
    sorted_out = {
        name: _whose(began.get(name, ""), getattr(mine, name), getattr(theirs, name))
        for name in TEXT_FIELDS
    }
    both = tuple(
        Conflict(name, getattr(theirs, name), getattr(mine, name))
        for name in _of("both", sorted_out)
    )
    taken = {name: getattr(theirs, name) for name in _of("theirs", sorted_out)}
    proposed: dict[str, Any] = {one.field: _proposed(one) for one in both}
    items = _items(frozenset(began.get("evidence", "").split(".")), mine, theirs)
    return Merge(
        text=replace(mine, **taken, **proposed, evidence=tuple(items)),
        both=both,
        theirs=tuple(taken),
        mine=tuple(_of("mine", sorted_out)),
        is_evidence_of_both=set(mine.evidence) != set(theirs.evidence),
    )


def _read(marks: str) -> Iterator[tuple[str, str]]:
    for part in marks.split(";"):
        name, _sign, mark = part.partition("=")
        yield name, mark


def _whose(mark: str, mine: object, theirs: object) -> str:
    if _plain(mine) == _plain(theirs):
        return "same"
    if _mark(mine) == mark:
        return "theirs"
    return "mine" if _mark(theirs) == mark else "both"


def _of(whose: str, sorted_out: Mapping[str, str]) -> list[str]:
    return [name for name, one in sorted_out.items() if one == whose]


def _proposed(both: Conflict) -> object:
    """Of two labels the narrower: a wider audience is somebody's decision."""
    if both.is_text:
        return merged(_plain(both.theirs), _plain(both.mine))
    if both.field == "handling":
        return Handling.strictest(both.theirs, both.mine)
    return both.mine


def _items(
    began: frozenset[str], mine: EntryText, theirs: EntryText
) -> Iterator[EvidenceItem]:
    """What either added stands, what either took away does not, each once."""
    for item in theirs.evidence:
        if item in mine.evidence or _mark(item) not in began:
            yield item
    for item in mine.evidence:
        if item not in theirs.evidence and _mark(item) not in began:
            yield item


def _mark(value: object) -> str:
    if isinstance(value, EvidenceItem):
        value = (
            value.title,
            value.url,
            value.citation,
            value.accessed_on,
            value.sha256,
        )
    return sha256(_plain(value).encode()).hexdigest()[:MARK_LENGTH]


def _plain(value: object) -> str:
    """As a form gives it back: with line feeds, and no blanks around it."""
    return str(value).replace("\r\n", "\n").strip()


def _side(other: str, one: str) -> list[DiffPiece]:
    """One of the two texts; what is `added` stands in it alone."""
    pieces = differences(_plain(other), _plain(one))
    return [piece for piece in pieces if piece.kind != "removed"]
