"""Turns the text of a delegation into a tree that the renderers print.

The tree is plain JSON. It holds no markup of any language, so no text can become code
in a document. Each block has its own direction.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal, NotRequired, TypedDict

from progress.entries import markdown_dialect as dialect
from progress.entries.markdown_runs import Run, read_runs
from reports.renderers.printable import narrowed

# Letters that fit side by side across a table, and those that the space around a cell
# takes up. A column has room for at least four.
LETTERS_OF_ROW, LETTERS_OF_SPACE, LEAST_SHARE = 72, 3, 4
# Tables of more columns are printed in smaller letters.
MOST_COLUMNS, LETTERS_OF_SMALL_ROW = 6, 96

# A sentence ends with its mark before a blank and a capital, or with a Japanese one. A
# short word before the mark may be an abbreviation, and a number a date: "Art. 5".
SENTENCE = re.compile(
    r".*?(?:[^\W\d_]{3,}|\d{4}|[)%\]\u201d\xbb])[.!?](?=\s+[^\s\da-z]|$)"
    r"|.*?[\u3002\uff01\uff1f]"
)
LONGEST_SENTENCE = 180


class PrintedRun(TypedDict):
    """A stretch of text in one style. A line break has only `line_break`."""

    text: NotRequired[str]
    strong: NotRequired[bool]
    href: NotRequired[str]
    line_break: NotRequired[bool]


class PrintedText(TypedDict):
    """The text of a paragraph or a cell."""

    runs: list[PrintedRun]
    is_rtl: bool


class PrintedParagraph(PrintedText):
    kind: Literal["paragraph"]


class PrintedPoint(TypedDict):
    """A point of a list. `mark` is its number as typed, without a bullet."""

    mark: str
    blocks: list["PrintedBlock"]


class PrintedList(TypedDict):
    kind: Literal["list"]
    is_marked: bool
    is_rtl: bool
    points: list[PrintedPoint]


class PrintedTable(TypedDict):
    kind: Literal["table"]
    columns: list[int]  # the share of each in the width
    is_small: bool
    is_rtl: bool
    rows: list[list[PrintedText]]


PrintedBlock = PrintedParagraph | PrintedList | PrintedTable


def printed_blocks(markdown: str, *, is_narrowed: bool = True) -> list[PrintedBlock]:
    """Return the blocks of a text, in order. An empty text has none.

    `is_narrowed` marks where long words of narrow columns may break. Only the
    typesetter needs that.
    """
    blocks = dialect.read_blocks(markdown)
    return [_block(block, is_narrowed=is_narrowed) for block in blocks]


def first_sentence(markdown: str) -> str:
    """Return the first sentence of a text, without marks. A long one is cut."""
    for block in dialect.read_blocks(markdown):
        for text in _paragraphs_of(block):
            if words := " ".join(text.split()):
                found = SENTENCE.match(words)
                return _cut(found[0] if found else words)
    return ""


def _paragraphs_of(block: dialect.Block) -> Iterator[str]:
    if isinstance(block, dialect.TextParagraph):
        yield "".join(run.text for run in block.runs)
    else:
        yield from dialect.text_of([block])


def _cut(sentence: str) -> str:
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    start = sentence[:LONGEST_SENTENCE]
    words = start.rpartition(" ")[0] or start
    return words.rstrip(",;: ") + "\N{HORIZONTAL ELLIPSIS}"


def _block(block: dialect.Block, *, is_narrowed: bool) -> PrintedBlock:
    match block:
        case dialect.TextParagraph():
            return {"kind": "paragraph", **_text("\n".join(block.lines))}
        case dialect.PointList():
            return {
                "kind": "list",
                "is_marked": block.is_marked,
                "is_rtl": _is_right_to_left(block),
                "points": [
                    _point(point, is_narrowed=is_narrowed) for point in block.points
                ],
            }
        case dialect.Table():
            return _table(block, is_narrowed=is_narrowed)


def _table(table: dialect.Table, *, is_narrowed: bool) -> PrintedTable:
    shares = _shares(table)
    room = [share - LETTERS_OF_SPACE if is_narrowed else None for share in shares]
    return {
        "kind": "table",
        "columns": shares,
        "is_small": len(shares) > MOST_COLUMNS,
        "is_rtl": _is_right_to_left(table),
        "rows": [[*map(_text, row, room)] for row in table.rows],
    }


def _shares(table: dialect.Table) -> list[int]:
    """Return the share of each column in the width, in letters.

    If the columns do not fit, the widest ones are made narrower.
    """
    columns = zip_longest(*table.rows, fillvalue="")
    wanted = [LETTERS_OF_SPACE + max(map(len, column)) for column in columns]
    wanted = [max(LEAST_SHARE, width) for width in wanted]
    letters = LETTERS_OF_SMALL_ROW if len(wanted) > MOST_COLUMNS else LETTERS_OF_ROW
    widest = letters
    while widest > LEAST_SHARE and sum(min(w, widest) for w in wanted) > letters:
        widest -= 1
    return [min(width, widest) for width in wanted]


def _point(point: dialect.Point, *, is_narrowed: bool) -> PrintedPoint:
    blocks = [_block(block, is_narrowed=is_narrowed) for block in point.blocks]
    return {"mark": point.mark, "blocks": blocks}


def _is_right_to_left(block: dialect.Block) -> bool:
    return dialect.is_right_to_left("".join(dialect.text_of([block])))


def _text(text: str, letters: int | None = None) -> PrintedText:
    """Return a text, perhaps for a column with room for so many letters."""
    runs = read_runs(text)
    shown = "".join(run.text for run in runs)
    return {
        "runs": [_run(run, letters) for run in runs],
        "is_rtl": dialect.is_right_to_left(shown),
    }


def _run(run: Run, letters: int | None) -> PrintedRun:
    if run.text == "\n":
        return {"line_break": True}
    printed: PrintedRun = {"text": narrowed(run.text, letters) if letters else run.text}
    if run.is_bold:
        printed["strong"] = True
    if run.href:
        printed["href"] = run.href
    return printed
