"""Finds what a reader would call badly set, from the boxes of the words of a PDF.

Poppler gives each line of text with its box. From these: a header of two lines, a page
that is nearly empty, a line or a heading that has lost its text, a torn side column.
"""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, cast

from reports.snapshot_schema import Snapshot

# In points: A4 with the margins of `page.typ`.
MM = 72 / 25.4
TOP, BOTTOM, LEFT = 25 * MM, (297 - 22) * MM, 23 * MM
TEXT_COLUMN = LEFT + (36 + 4) * MM
# Letters of a chapter's heading are higher than all others.
CHAPTER_HEIGHT = 14.0
SAME_LINE = 3.0
LEAST_FILLED = 0.2
# The labels that are printed above something.
HEADINGS = (
    *("next_steps", "obstacles", "evidence", "risks", "gaps", "acronyms", "annex"),
    *("instruments_index", "entries_index", "commitments", "changes_heading"),
)

PAGE = re.compile(r"<page [^>]*>(.*?)</page>", re.DOTALL)
BOX = " ".join(rf'{name}="([\d.]+)"' for name in ("xMin", "yMin", "xMax", "yMax"))
LINE = re.compile(rf"<line {BOX}>(.*?)</line>", re.DOTALL)
WORD = re.compile(r"<word [^>]*>(.*?)</word>")


@dataclass(frozen=True)
class PrintedLine:
    x: float
    y: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        return self.bottom - self.y


@dataclass
class PrintedPage:
    number: int
    lines: list[PrintedLine] = field(default_factory=list)

    @property
    def header(self) -> list[PrintedLine]:
        return [line for line in self.lines if line.bottom < TOP]

    @property
    def footer(self) -> list[PrintedLine]:
        return [line for line in self.lines if line.y > BOTTOM]

    @property
    def body(self) -> list[PrintedLine]:
        """Return the lines between header and footer, from top to bottom."""
        inner = [line for line in self.lines if line.bottom >= TOP and line.y <= BOTTOM]
        return sorted(inner, key=lambda line: (line.bottom, line.x))

    @property
    def continued(self) -> PrintedLine | None:
        """Return the words that say whose entry goes on here."""
        found = (line for line in self.body if line.x < TEXT_COLUMN)
        first = min(found, key=lambda line: line.y, default=None)
        is_label = first is not None and first.y < TOP + 12 and first.text[0] == "…"
        return first if is_label else None


def pages_of(content: bytes) -> list[PrintedPage]:
    """Return the pages of a PDF with their lines, as poppler finds them."""
    command = ["pdftotext", "-bbox-layout", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    pages = []
    for number, page in enumerate(PAGE.findall(done.stdout.decode()), start=1):
        lines = [
            PrintedLine(
                *(float(x), float(y), float(right), float(bottom)),
                " ".join(map(unescape, WORD.findall(words))),
            )
            for x, y, right, bottom, words in LINE.findall(page)
        ]
        pages.append(PrintedPage(number, [line for line in lines if line.text.strip()]))
    return pages


def faults_of(content: bytes, snapshot: Snapshot) -> list[str]:
    """Return what is badly set in the PDF of a snapshot, a sentence each."""
    pages = pages_of(content)
    facts = cast("dict[str, Any]", snapshot["facts"])
    headings = {*_headings_in(facts)}
    starts = (*headings, facts["labels"]["parts"]["not_reported"] + ":")
    found: list[str] = []
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        found += _faults_of_margins(page)
        found += _faults_of_filling(page, following)
        found += _faults_at_the_end(page, headings, following)
        found += _faults_of_going_on(page, starts)
    return found


def _headings_in(facts: dict[str, Any]) -> Iterator[str]:
    """Yield the texts that must never be the last on a page."""
    labels = facts["labels"]
    yield from (labels[name] for name in HEADINGS)
    for action in facts["actions"]:
        yield action["heading"]
        for area in action["sub_areas"]:
            yield f"{area['code']} {area['title']}"
            yield from (
                f"{row['code']} {row['short_title']}" for row in area["commitments"]
            )
    yield from (member["name"] for member in facts["members"])
    yield from (member["code"] for member in facts["members"])
    yield from (block["heading"] for block in facts["summary"])


def _faults_of_margins(page: PrintedPage) -> Iterator[str]:
    for name, lines in (("header", page.header), ("footer", page.footer)):
        for left, right in ((0, 200), (200, 400)):
            column = [line for line in lines if left <= line.x < right]
            middles = sorted((line.y + line.bottom) / 2 for line in column)
            if middles and middles[-1] - middles[0] > SAME_LINE:
                yield f"page {page.number}: the {name} has two lines"


def _faults_of_filling(
    page: PrintedPage, following: PrintedPage | None
) -> Iterator[str]:
    body = page.body
    filled = (max(line.bottom for line in body) - TOP) / (BOTTOM - TOP) if body else 0
    is_end = following is None or _begins_a_chapter(following)
    if filled < LEAST_FILLED and not is_end:
        yield f"page {page.number}: only {filled:.0%} full"


def _begins_a_chapter(page: PrintedPage) -> bool:
    return bool(page.body) and page.body[0].height > CHAPTER_HEIGHT


def _faults_at_the_end(
    page: PrintedPage, headings: set[str], following: PrintedPage | None
) -> Iterator[str]:
    if not page.body or following is None:
        return
    last = page.body[-1]
    beside = [one for one in page.body if one.bottom > last.bottom - SAME_LINE]
    if all(line.text in headings for line in beside):
        yield f"page {page.number}: ends with the heading “{last.text}”"


def _faults_of_going_on(page: PrintedPage, starts: Sequence[str]) -> Iterator[str]:
    """Yield the faults of a page that begins within an entry."""
    label = page.continued
    if label is None:
        return
    side = [line for line in page.body if line.x < TEXT_COLUMN - 5 * MM]
    # The label may take up two lines. Below it, only a new row or a whole line may be.
    side = [line for line in side if line.y > label.y + 1]
    below = [line for line in side if not _is_label(line, label)]
    first = below[0].y - 3 if below else BOTTOM
    text = [line for line in page.body if line.x >= TEXT_COLUMN and line.y < first]
    rows = _rows(text)
    if len(rows) < 2:
        words = rows[0][0].text if rows else ""
        yield f"page {page.number}: begins with a lone line “{words}”"
    if below and below[0].right < TEXT_COLUMN and not _is_start(below[0], starts):
        yield f"page {page.number}: begins with a torn side column “{below[0].text}”"


def _is_label(line: PrintedLine, label: PrintedLine) -> bool:
    return (
        line.y < label.y + 24
        and abs(line.height - label.height) < 0.5
        and (line.x == label.x and line.y - label.bottom < 4)
    )


def _is_start(line: PrintedLine, starts: Sequence[str]) -> bool:
    """Return whether a line begins a new row: perhaps with the first line of a name."""
    return any(
        start.startswith(line.text) or line.text.startswith(start) for start in starts
    )


def _rows(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the lines in rows: those of one height are one row."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda one: one.bottom):
        if rows and line.bottom - rows[-1][0].bottom < SAME_LINE:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows
