"""Differences between two texts, by sentence and then by word. Plain Python.

A comparison can take very long, so its size is limited. Two narratives of 10,000
Japanese characters took 66 seconds. 300 words, made of four different ones in another
order, took one and a half.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, islice
from operator import itemgetter
from typing import Literal

from progress.entries.markdown_dialect import (
    Block,
    PointList,
    Table,
    TextParagraph,
    read_blocks,
)
from progress.entries.markdown_runs import Run, read_runs, visible

Kind = Literal["same", "added", "removed"]

SENTENCE = re.compile(r"[^.!?。\n]*[.!?。\n]+\s*|[^.!?。\n]+")
# A run of letters is one word. Japanese and Chinese are not spaced, so each of their
# characters is a word. So is each other sign. Blanks belong to the word after them.
WORD = re.compile(r"\s*(?:[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|\S)|\s+")
# The time depends on the pairs of equal units, one from each text. The worst texts with
# this many pairs take 0.2 seconds. A thousand words of English have a third of them.
MOST_PAIRS = 20_000
# A sentence with a smaller share of common words is shown as rewritten. Marking the few
# words that are in both would make it hard to read.
LEAST_IN_COMMON = 0.5


@dataclass(frozen=True)
class DiffPiece:
    """A stretch of text that is the same in both, added, or removed."""

    kind: Kind
    text: str
    is_bold: bool = False


def differences(before: str, after: str) -> list[DiffPiece]:
    """Return the pieces that lead from one text to the other.

    Joined without those `removed`, they are `after`.
    """
    # Browsers send CRLF. A text that only went through a form has not changed.
    old, new = before.replace("\r\n", "\n"), after.replace("\r\n", "\n")
    grouped = groupby(_by_sentence(old, new), key=lambda piece: piece.kind)
    return [
        DiffPiece(kind, "".join(piece.text for piece in pieces))
        for kind, pieces in grouped
    ]


def differences_as_read(before: str, after: str) -> list[DiffPiece]:
    """Return the pieces that lead from one text to the other, as a reader sees them.

    What means the same in the dialect is the same here. A change of bold text is a
    change: the words are removed and added again.
    """
    old, new = _as_read(before), _as_read(after)
    pieces = differences(_shown(old), _shown(new))
    styled = _in_style(pieces, _styles(old), _styles(new))
    return [piece for group in styled for piece in group]


def _as_read(text: str) -> list[Run]:
    """Return a text as lines, with an empty line between its blocks."""
    runs: list[Run] = []
    for block in read_blocks(text):
        runs += [*_lines_of(block, ""), Run("\n")]
    return runs[:-2]


def _lines_of(block: Block, indent: str) -> Iterator[Run]:
    """Yield the lines of a block, each with its line end."""
    match block:
        case TextParagraph():
            yield from _line(block.runs)
        case PointList():
            for point in block.points:
                yield Run(f"{indent}{point.mark or '•'} ")
                for inner in point.blocks:
                    yield from _lines_of(inner, indent + "  ")
        case Table():
            for row in block.rows:
                cells = (read_runs(cell) for cell in row)
                yield from _line(run for cell in cells for run in (*cell, Run("\t")))


def _line(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs of a line. The address of a link is part of what is read."""
    for run in runs:
        address = f" ({run.href})" if run.href else ""
        yield Run(visible(run.text) + address, run.is_bold)
    yield Run("\n")


def _shown(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def _styles(runs: list[Run]) -> Iterator[bool]:
    """Yield for each character whether it is bold."""
    return (run.is_bold for run in runs for _character in run.text)


def _in_style(
    pieces: list[DiffPiece], old: Iterator[bool], new: Iterator[bool]
) -> Iterator[list[DiffPiece]]:
    """Yield each piece, divided where its style changes."""
    for piece in pieces:
        removed = list(islice(old, len(piece.text))) if piece.kind != "added" else None
        added = list(islice(new, len(piece.text))) if piece.kind != "removed" else None
        if removed is None or added is None or removed == added:
            yield [*_divided(piece.kind, piece.text, removed or added or [])]
        else:
            yield [
                *_divided("removed", piece.text, removed),
                *_divided("added", piece.text, added),
            ]


def _divided(kind: Kind, text: str, styles: list[bool]) -> Iterator[DiffPiece]:
    characters = zip(text, styles, strict=True)
    for is_bold, group in groupby(characters, key=itemgetter(1)):
        yield DiffPiece(kind, "".join(character for character, _ in group), is_bold)


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
    """Return whether comparing these units of two texts would take too long."""
    there = Counter(new)
    pairs = sum(count * there[unit] for unit, count in Counter(old).items())
    return pairs > MOST_PAIRS


def _replaced(old: Iterable[str], new: Iterable[str]) -> Iterator[DiffPiece]:
    """Return the old units as removed, then the new ones as added."""
    pieces = [DiffPiece("removed", "".join(old)), DiffPiece("added", "".join(new))]
    return (piece for piece in pieces if piece.text)


# Separates the two versions of the same lines: an empty line.
GAP = [""]


def merged(theirs: str, mine: str) -> str:
    """Return one text from both: common lines once, other lines theirs and then mine.

    It is a proposal for a person to edit. No line is left out.
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
