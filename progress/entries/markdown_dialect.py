"""The one dialect of Markdown of this product (docs/rules.md, rule 12). Plain Python.

It has paragraphs, lists and tables, and in them bold text and links. Every other
character is text. A line end stays a line end. Numbers keep the form in which they were
typed. Pages, reports and differences all read a text with `read_blocks`.

The time to read a text grows with its length only. No block is nested deeper than
`MAX_DEPTH`, and no table is wider than `MAX_COLUMNS`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from progress.entries.markdown_runs import Run, read_runs

# A point that is nested deeper is shown at this depth, since a page is narrow.
MAX_DEPTH = 8
# So many columns can be printed side by side. Wider rows are shown as lines.
MAX_COLUMNS = 16
# A point belongs to the point above if it is moved in by so many blanks more.
NESTING = 2
TAB_WIDTH = 4

# Texts that were stored before these were replaced on the way in may have them.
LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
BULLETS_OF_WORD = str.maketrans({"\uf0b7": "•", "\uf0a7": "•"})

# A mark and a blank. A line of marks alone is text.
POINT = re.compile(r"(?P<mark>[-*+•·\u2013]|\d{1,9}[.)])\s+(?=.*[^-*+•·\u2013\s])")
# Marks that carry no meaning of their own. All others are shown as typed.
BULLETS = frozenset("-*•·\N{EN DASH}")
FIRST_NUMBER = re.compile(r"0*1[.)]")
# A cell that spans lines is put between quotation marks by a spreadsheet.
CELL = re.compile(r'"(?P<quoted>[^"]*(?:""[^"]*)*)"(?=[\t\n]|\Z)|[^\t\n]*')
PIPE = re.compile(r"(?<!\\)\|")
UNDER_HEADER = re.compile(r"\s*:?-+:?\s*")
KANA = re.compile(r"[\u3041-\u30ff]")


@dataclass(frozen=True)
class TextParagraph:
    """Lines of text, one below the other."""

    lines: list[str]

    @property
    def runs(self) -> list[Run]:
        """Return the text in stretches of one style."""
        return read_runs("\n".join(self.lines))


@dataclass(frozen=True)
class Point:
    """A point of a list. `mark` is its number or sign as typed, without a bullet."""

    mark: str
    blocks: list["Block"]


@dataclass(frozen=True)
class PointList:
    """A list: points with bullets, or points with the marks that were typed."""

    is_marked: bool
    points: list[Point] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """Rows of cells. The first row is the header. A row may be shorter than others."""

    rows: list[list[str]]

    @property
    def column_count(self) -> int:
        """Return the number of cells of the longest row."""
        return max(map(len, self.rows))


Block = TextParagraph | PointList | Table


def read_blocks(text: str) -> list[Block]:
    """Return the blocks of a text, in order. An empty text has none."""
    lines = LINE_END.sub("\n", text.translate(BULLETS_OF_WORD))
    return _BlockReader(lines).read()


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction is of such a script."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False


def text_of(blocks: list[Block]) -> Iterator[str]:
    """Return the texts of blocks, without the marks of lists."""
    for block in blocks:
        match block:
            case TextParagraph():
                yield from (run.text for run in block.runs)
            case PointList():
                for point in block.points:
                    yield from text_of(point.blocks)
            case Table():
                for row in block.rows:
                    yield from (run.text for cell in row for run in read_runs(cell))


def plain_text(text: str) -> str:
    """Return a text without its markup: each paragraph, point and row on a line."""
    return "\n".join(_plain_lines(read_blocks(text)))


def _plain_lines(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case TextParagraph():
                yield "".join(run.text for run in block.runs)
            case PointList():
                for point in block.points:
                    lines = _plain_lines(point.blocks)
                    yield " ".join(filter(None, [point.mark, next(lines, "")]))
                    yield from lines
            case Table():
                for row in block.rows:
                    cells = ["".join(run.text for run in read_runs(c)) for c in row]
                    yield "\t".join(cells)


def is_japanese(text: str) -> bool:
    """Return whether the text has kana. No other language here is written with them."""
    return KANA.search(text) is not None


@dataclass
class _Level:
    """An open list, and by how many blanks its last point was moved in."""

    indent: int
    points: PointList


class _Rows(NamedTuple):
    """Cells of lines that look like a table, and the number of the line after them."""

    cells: list[list[str]]
    end: int


class _BlockReader:
    """Reads the lines of a text into blocks, each line once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.blocks: list[Block] = []
        self.levels: list[_Level] = []
        self.open: TextParagraph | None = None  # a line that follows at once goes here

    def read(self) -> list[Block]:
        """Return the blocks of the text."""
        number = start = 0
        while number < len(self.lines):
            rows = self._rows(number, start)
            table = _table(rows.cells)
            if table:
                self.levels, self.open = [], None
                self.blocks.append(table)
            else:
                for line in self.lines[number : rows.end]:
                    self._take(line)
            start += sum(len(line) + 1 for line in self.lines[number : rows.end])
            number = rows.end
        return self.blocks

    def _rows(self, number: int, start: int) -> _Rows:
        """Return the rows that begin at a line. `start` is its place in the text."""
        if _point_in(self.lines[number].strip()):
            return _Rows([], number + 1)
        rows = self._rows_of_pipes(number)
        return rows if rows.cells else self._rows_of_tabs(number, start)

    def _rows_of_pipes(self, number: int) -> _Rows:
        """Return rows under a header, or rows that begin and end with a pipe."""
        header, *below = (_cells(line) for line in self.lines[number : number + 2])
        has_rule = bool(header and below and _is_rule(below[0]))
        end = number
        rows = []
        while end < len(self.lines):
            row = _cells(self.lines[end])
            if not row or not (has_rule or _is_closed(self.lines[end])):
                break
            rows.append(row)
            end += 1
        if has_rule:
            del rows[1]
        is_table = has_rule or len(rows) > 1
        return _Rows(rows, end) if is_table else _Rows([], number + 1)

    def _rows_of_tabs(self, number: int, start: int) -> _Rows:
        """Return rows with tabs between their cells, without empty columns around."""
        rows: list[list[str]] = []
        end = number
        while end < len(self.lines) and not _point_in(self.lines[end].strip()):
            row, after = _row_of_tabs(self.text, start)
            if len(row) < 2:
                break
            rows.append(row)
            end += self.text.count("\n", start, after) + (after > len(self.text))
            start = after
        if number == 0:
            rows = _with_corner(rows)
        rows = _trimmed(rows)
        is_table = len(rows) > 1 and any(len([*filter(None, row)]) > 1 for row in rows)
        return _Rows(rows if is_table else [], max(end, number + 1))

    def _take(self, line: str) -> None:
        text = line.strip()
        blanks = line[: len(line) - len(line.lstrip())]
        indent = len(blanks.expandtabs(TAB_WIDTH))
        point = _point_in(text)
        if not text:
            self.open = None
        elif point and not self._is_inside_sentence(point["mark"]):
            self._add_point(indent, point["mark"], text[point.end() :])
        else:
            self._add_line(indent, text)

    def _is_inside_sentence(self, mark: str) -> bool:
        """Return whether a number only begins a line, as in "on\n26. May"."""
        is_number = mark[0].isdigit() and not FIRST_NUMBER.fullmatch(mark)
        return is_number and self.open is not None and not self.levels

    def _add_line(self, indent: int, text: str) -> None:
        """Add a line to the open paragraph, or to a point that it is moved in under."""
        if self.open is None:
            self.levels = []
        while self.levels and indent < self.levels[-1].indent + NESTING:
            self.levels.pop()
        target = self._target()
        if self.open is not None and target and target[-1] is self.open:
            self.open.lines.append(text)
            return
        self.open = TextParagraph([text])
        target.append(self.open)

    def _add_point(self, indent: int, mark: str, text: str) -> None:
        levels = self.levels
        while len(levels) > 1 and indent < levels[-2].indent + NESTING:
            levels.pop()
        shown = "" if mark in BULLETS else mark
        is_nested = bool(levels) and indent >= levels[-1].indent + NESTING
        if levels and not (is_nested and len(levels) < MAX_DEPTH):
            levels[-1].indent = indent
            if levels[-1].points.is_marked != bool(shown):
                levels.pop()
                self._open_list(indent, bool(shown))
        else:
            self._open_list(indent, bool(shown))
        self.open = TextParagraph([text])
        levels[-1].points.points.append(Point(shown, [self.open]))

    def _open_list(self, indent: int, is_marked: bool) -> None:
        points = PointList(is_marked)
        self._target().append(points)
        self.levels.append(_Level(indent, points))

    def _target(self) -> list[Block]:
        """Return the blocks to which the next block belongs."""
        return self.levels[-1].points.points[-1].blocks if self.levels else self.blocks


def _point_in(text: str) -> re.Match[str] | None:
    """Return the mark of a point. A number with cells after it begins a row instead."""
    found = POINT.match(text)
    if found and found["mark"] not in BULLETS and "\t" in text[found.end() :]:
        return None
    return found


def _table(cells: list[list[str]]) -> Table | None:
    table = Table(cells) if cells else None
    return table if table and table.column_count <= MAX_COLUMNS else None


def _cells(line: str) -> list[str]:
    """Return the cells between the pipes of a line. A line without a pipe has none."""
    cells = [cell.strip().replace("\\|", "|") for cell in PIPE.split(line.strip())]
    if len(cells) == 1:
        return []
    first = 0 if cells[0] else 1
    return cells[first : len(cells) if cells[-1] else -1]


def _is_closed(line: str) -> bool:
    text = line.strip()
    return len(text) > 1 and text.startswith("|") and text.endswith("|")


def _is_rule(cells: list[str]) -> bool:
    """Return whether these are the dashes under a header."""
    return bool(cells) and all(UNDER_HEADER.fullmatch(cell) for cell in cells)


def _row_of_tabs(text: str, start: int) -> tuple[list[str], int]:
    """Return the cells of the row at this place, and the place of the next row."""
    cells = []
    while True:
        match = CELL.match(text, start)
        if match is None:  # pragma: no cover - the pattern also matches nothing
            raise AssertionError
        quoted = match["quoted"]
        spans = quoted is not None and ("\n" in quoted or "\t" in quoted)
        cells.append((quoted.replace('""', '"') if spans else match[0]).strip())
        start = match.end() + 1
        if text[match.end() : start] != "\t":
            return cells, start


def _with_corner(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows with an empty first cell, if only the header misses one.

    A form cuts off the tab with which a text begins.
    """
    lengths = {len(row) for row in rows[1:]}
    is_short = bool(rows) and lengths == {len(rows[0]) + 1}
    return [["", *rows[0]], *rows[1:]] if is_short else rows


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows without the columns before the first and after the last text."""
    filled = [[bool(cell) for cell in row] for row in rows]
    first = min((row.index(True) for row in filled if True in row), default=0)
    return [
        cells[first : len(row) - row[::-1].index(True)] if True in row else []
        for cells, row in zip(rows, filled, strict=True)
    ]
