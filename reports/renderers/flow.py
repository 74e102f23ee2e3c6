"""Estimates how high texts are in print, so that pages break where readers expect it.

The typesetter could measure each text, but that takes longer than all the rest of its
work. An estimate is enough: it decides what stays together, and never what is printed.
"""

import unicodedata
from math import ceil
from typing import Final, TypedDict

from reports.renderers.markdown_blocks import (
    PrintedBlock,
    PrintedList,
    PrintedTable,
    PrintedText,
)

# Letters on a line beside the side column, and those that a list's indent takes up.
LETTERS_OF_LINE: Final = 78
LETTERS_OF_INDENT: Final = 3
LEAST_LETTERS: Final = 8
# Lines between two blocks, two points or two rows, and for a caption with its space.
GAP: Final = 0.35
CAPTION: Final = 1.3
LINES_OF_EVIDENCE: Final = 2.4
# A longer list is printed in two, so that no page begins with its last point alone.
MOST_POINTS: Final = 4
# Entries of up to so many lines are kept on one page: 48 mm.
WHOLE: Final = 11


class PrintedUnit(TypedDict):
    """A block, and about how many lines it takes up with the space below it."""

    block: PrintedBlock
    lines: float


def units_of(blocks: list[PrintedBlock]) -> list[PrintedUnit]:
    """Return the blocks with their heights. Long lists are in two parts."""
    parts = [part for block in blocks for part in _halves(block)]
    return [{"block": part, "lines": _height(part, LETTERS_OF_LINE)} for part in parts]


def is_whole(fields: list[list[PrintedUnit]], evidence_count: int) -> bool:
    """Return whether an entry with these texts is kept on one page."""
    lines = sum(unit["lines"] for units in fields for unit in units)
    captions = sum(map(bool, fields[1:])) + bool(evidence_count)
    return lines + CAPTION * captions + LINES_OF_EVIDENCE * evidence_count <= WHOLE


def _halves(block: PrintedBlock) -> list[PrintedBlock]:
    if block["kind"] != "list" or len(block["points"]) <= MOST_POINTS:
        return [block]
    points = block["points"]
    first: PrintedList = {**block, "points": points[:-2]}
    last: PrintedList = {**block, "points": points[-2:]}
    return [first, last]


def _height(block: PrintedBlock, letters: int) -> float:
    letters = max(letters, LEAST_LETTERS)
    if block["kind"] == "paragraph":
        return _lines(block, letters) + GAP
    if block["kind"] == "list":
        inner = letters - LETTERS_OF_INDENT
        return sum(
            sum(_height(part, inner) for part in point["blocks"])
            for point in block["points"]
        )
    return _height_of_table(block, letters)


def _height_of_table(table: PrintedTable, letters: int) -> float:
    shares = table["columns"]
    room = [max(LEAST_LETTERS, letters * share // sum(shares) - 2) for share in shares]
    return sum(GAP + max(map(_lines, row, room), default=1) for row in table["rows"])


def _lines(text: PrintedText, letters: int) -> int:
    lines = "".join(run.get("text", "\n") for run in text["runs"]).split("\n")
    return sum(max(1, ceil(_width(line) / letters)) for line in lines)


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + 1.15 * wide
