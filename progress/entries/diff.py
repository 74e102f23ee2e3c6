"""What changed between two texts, by sentence and then by word. Plain Python.

The sizes are bounded because the comparison is not: two narratives of 10,000 Japanese
characters, each compared with each, took 66 seconds, and 300 words out of four in
another order took one and a half.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "added", "removed"]

SENTENCE = re.compile(r"[^.!?。\n]*[.!?。\n]+\s*|[^.!?。\n]+")
# A run of letters is one word; Japanese and Chinese are not spaced, so each of their
# characters is one; signs stand for themselves. Blanks belong to what follows them.
WORD = re.compile(r"\s*(?:[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|\S)|\s+")
# Pairs of equal units, one of each side: what the time goes by. The worst texts with so
# many take 0.2 seconds, a thousand words of English have a third of it.
MOST_PAIRS = 20_000
# Below this share of common words a sentence was rewritten, and is shown so: the words
# that happen to stand in both would only make confetti of it.
LEAST_IN_COMMON = 0.5


@dataclass(frozen=True)
class DiffPiece:
    """A stretch of text that is the same in both, added, or removed."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[DiffPiece]:
    """The way from one text to the other; joined without `removed` it is `after`."""
    # Browsers send CRLF; a text that went through a form is not a changed text.
    old, new = before.replace("\r\n", "\n"), after.replace("\r\n", "\n")
    grouped = groupby(_by_sentence(old, new), key=lambda piece: piece.kind)
    return [
        DiffPiece(kind, "".join(piece.text for piece in pieces))
        for kind, pieces in grouped
    ]


def _by_sentence(before: str, after: str) -> Iterator[DiffPiece]:
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    if is_too_much(old, new):
        yield from _replaced([before], [after])
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield DiffPiece("same", "".join(old[start:end]))
        else:
            yield from _by_word(
                "".join(old[start:end]), "".join(new[new_start:new_end])
            )


def _by_word(before: str, after: str) -> Iterator[DiffPiece]:
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if is_too_much(old, new) or matcher.ratio() < LEAST_IN_COMMON:
        yield from _replaced(old, new)
        return
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield DiffPiece("same", "".join(old[start:end]))
        else:
            yield from _replaced(old[start:end], new[new_start:new_end])


def is_too_much(old: Sequence[str], new: Sequence[str]) -> bool:
    """Would comparing these units of two texts take longer than anybody waits?"""
    there = Counter(new)
    pairs = sum(count * there[unit] for unit, count in Counter(old).items())
    return pairs > MOST_PAIRS


def _replaced(old: Iterable[str], new: Iterable[str]) -> Iterator[DiffPiece]:
    """What was there, then what is there now."""
    pieces = [DiffPiece("removed", "".join(old)), DiffPiece("added", "".join(new))]
    return (piece for piece in pieces if piece.text)


# Between what one wrote and what the other wrote in its place: another paragraph.
GAP = [""]


def merged(theirs: str, mine: str) -> str:
    """Lines that both have once; where they differ, theirs and then mine.

    It is a proposal for somebody to read and to edit: nothing is left out of it.
    """
    old, new = theirs.split("\n"), mine.split("\n")
    if is_too_much(old, new):
        return "\n".join([*old, *GAP, *new])
    lines: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            lines += old[start:end]
        else:
            lines += _both(old[start:end], new[new_start:new_end])
    return "\n".join(lines).strip("\n")


def _both(theirs: list[str], mine: list[str]) -> list[str]:
    if any(theirs) and any(mine):
        return [*theirs, *GAP, *mine]
    return [*theirs, *mine]
