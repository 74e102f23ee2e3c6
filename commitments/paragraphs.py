"""Reads the text of a plan into paragraphs, and joins bullets that were cut in two.

In texts copied from a web page, a blank line can cut a bullet in two. One rule decides
whether a paragraph after a bullet continues it or is the next heading:

    A bullet ends with a sentence: `.`, `!`, `?` or `;`, and possibly closing quotes or
    brackets. Until it has ended, the next paragraph belongs to it and is joined with
    one space. Once it has ended, the next is a bullet, a heading or an action.

A text that is not clear is refused with the number of the line. Official wording must
not be guessed. The whole text is read before it is refused: `Problems` collects each
line that cannot be read, and reading goes on with the next.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

MAX_BYTES = 1_000_000
# Longer than any real bullet: if a paragraph is longer, a full stop is missing.
MAX_PARAGRAPH_LENGTH = 10_000
# How many problems a refusal lists.
MOST_SHOWN = 100

_BULLET = re.compile(r"-[ \t]+(?=\S)")
_NESTED = re.compile(r"[ \t]+[-•·\u2013*][ \t]+(?=\S)")
# Marks of a bullet in other programs.
_OTHER_BULLET = re.compile(r"[•·\u2013\u2014*▪◦][ \t]*(?=\S)")
_LOOKS_LIKE_ACTION = re.compile(r"Action[ \t]+[0-9]", re.IGNORECASE)
_SENTENCE_END = re.compile("[.!?;][\"')\\]\u2019\u201d\u00bb]*$")
_BLANKS = re.compile(r"[ \t\n]+")


@dataclass(frozen=True)
class UnreadablePart:
    """One thing that cannot be read. `line` is None if the whole text is wrong."""

    message: str
    line: int | None

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line else self.message


class PlanTextError(ValueError):
    """The text cannot be read. `problems` are in the order of their lines.

    `line` is that of the first.
    """

    def __init__(self, *problems: UnreadablePart) -> None:
        shown = [str(problem) for problem in problems[:MOST_SHOWN]]
        if more := len(problems) - len(shown):
            shown.append(f"{more} more problems follow.")
        super().__init__("\n".join(shown))
        self.problems = problems
        self.line = problems[0].line


class Problems:
    """The problems found so far in one text."""

    def __init__(self) -> None:
        self._found: list[UnreadablePart] = []

    def note(self, message: str, line: int | None) -> None:
        self._found.append(UnreadablePart(message, line))

    def require_none(self) -> None:
        """Raise PlanTextError with all problems, those of the whole text first."""
        if self._found:
            in_order = sorted(self._found, key=lambda problem: problem.line or 0)
            raise PlanTextError(*dict.fromkeys(in_order))


def read_plan_text(path: Path) -> str:
    """Return the text of a file. Raises PlanTextError.

    Any file could be given, so no more than the limit is read.
    """
    try:
        with path.open("rb") as file:
            return decode_plan_text(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise PlanTextError(UnreadablePart(f"{error.strerror}.", None)) from error


def decode_plan_text(raw: bytes) -> str:
    """Return the text of UTF-8 bytes. Raises PlanTextError."""
    _require_size(len(raw))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PlanTextError(UnreadablePart("This is not UTF-8 text.", line)) from error


def _require_size(size: int) -> None:
    if size > MAX_BYTES:
        problem = UnreadablePart(f"The text is larger than {MAX_BYTES:,} bytes.", None)
        raise PlanTextError(problem)


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together, with white space folded and no bullet mark.

    `is_refused` says that a problem with its kind is already noted.
    """

    text: str
    lines: tuple[int, ...]
    is_bullet: bool
    is_refused: bool = False

    @property
    def line(self) -> int:
        return self.lines[0]

    @property
    def is_action(self) -> bool:
        looks = _LOOKS_LIKE_ACTION.match(self.text)
        return looks is not None and not self.is_bullet

    @property
    def has_ended(self) -> bool:
        return _SENTENCE_END.search(self.text) is not None

    def joined_with(self, other: "Paragraph", problems: Problems) -> "Paragraph":
        if self.text.endswith("-"):
            # Of "counter-" and "terrorism", it is unknown whether the hyphen stays.
            problems.note(
                "A hyphen at the end of the line breaks a word. Put the whole word on"
                " one line.",
                self.lines[-1],
            )
        lines, text = self.lines + other.lines, f"{self.text} {other.text}"
        return replace(self, text=text, lines=lines)


def read_paragraphs(text: str, problems: Problems) -> list[Paragraph]:
    """Return the paragraphs of a text, and note what cannot be read."""
    _require_size(len(text))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = [
        (number, _readable(line, number, problems))
        for number, line in enumerate(text.split("\n"), start=1)
    ]
    paragraphs = _with_whole_bullets(_cut_paragraphs(lines, problems), problems)
    for paragraph in paragraphs:
        if len(paragraph.text) > MAX_PARAGRAPH_LENGTH:
            problems.note(
                f"This paragraph has more than {MAX_PARAGRAPH_LENGTH:,} characters."
                " A full stop may be missing.",
                paragraph.line,
            )
    return paragraphs


def _readable(line: str, number: int, problems: Problems) -> str:
    """Return the line without invisible characters, and note each of them.

    These are control and format characters (bidirectional overrides, zero-width
    spaces), lone surrogates and private use characters. None belongs in a plan, and
    each could hide a change of the wording. Some cannot be stored in the database.
    """
    kept = []
    for character in line:
        category = unicodedata.category(character)
        is_visible = category[0] != "C" and category not in ("Zl", "Zp")
        if is_visible or character == "\t":
            kept.append(character)
            continue
        problems.note(
            f"The text contains the invisible character U+{ord(character):04X}.",
            number,
        )
    return "".join(kept)


def _cut_paragraphs(
    lines: list[tuple[int, str]], problems: Problems
) -> Iterator[Paragraph]:
    for is_blank, block in groupby(lines, key=lambda line: not line[1].strip()):
        if not is_blank:
            yield from _split(
                (_line(number, text, problems) for number, text in block), problems
            )


def _split(block: Iterator[Paragraph], problems: Problems) -> Iterator[Paragraph]:
    """Split a block of lines: each bullet and each action begins a paragraph."""
    paragraph = next(block)
    for line in block:
        if line.is_bullet or line.is_action:
            yield paragraph
            paragraph = line
        elif paragraph.is_bullet and paragraph.has_ended:
            problems.note(
                "It is not clear whether this line belongs to the bullet above. If it"
                " is a heading, put a blank line before it.",
                line.line,
            )
            yield paragraph
            paragraph = replace(line, is_refused=True)
        else:
            paragraph = paragraph.joined_with(line, problems)
    yield paragraph


def _line(number: int, text: str, problems: Problems) -> Paragraph:
    bullet = _BULLET.match(text)
    problem = "" if bullet else _wrong_mark(text)
    if problem:
        problems.note(problem, number)
    folded = _BLANKS.sub(" ", text[bullet.end() :] if bullet else text).strip()
    return Paragraph(
        folded, (number,), is_bullet=bool(bullet or problem), is_refused=bool(problem)
    )


def _wrong_mark(text: str) -> str:
    """Return why a line is no bullet although it begins like one."""
    if _NESTED.match(text):
        return (
            "This bullet is nested: it begins with blanks, inside another bullet or"
            " below a heading. A commitment is one bullet and has no bullets of its"
            ' own. Begin it at the start of the line, with "- " before its text.'
        )
    if text.lstrip().startswith("-"):
        return 'Begin a bullet at the start of the line, with "- " before its text.'
    if mark := _OTHER_BULLET.match(text):
        return f'Begin a bullet with "- ", not with "{mark[0].strip()}".'
    return ""


def _with_whole_bullets(
    paragraphs: Iterable[Paragraph], problems: Problems
) -> list[Paragraph]:
    """Join bullets that blank lines cut. A bullet ends where its sentence ends."""
    whole: list[Paragraph] = []
    for paragraph in paragraphs:
        last = whole[-1] if whole else None
        if last is None or not last.is_bullet or last.has_ended:
            whole.append(paragraph)
        elif paragraph.is_bullet or paragraph.is_action:
            # What introduces nested bullets ends in a colon: that is one problem.
            if not paragraph.is_refused:
                _note_unended(last, problems)
            whole.append(paragraph)
        else:
            whole[-1] = last.joined_with(paragraph, problems)
    if whole and whole[-1].is_bullet and not whole[-1].has_ended:
        _note_unended(whole[-1], problems)
    return whole


def _note_unended(bullet: Paragraph, problems: Problems) -> None:
    if len(bullet.text) <= MAX_PARAGRAPH_LENGTH:
        problems.note(
            "This bullet does not end with a full stop, so its end is not clear.",
            bullet.line,
        )
