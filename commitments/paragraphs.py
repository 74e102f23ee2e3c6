"""Reads the text of a plan into paragraphs, and joins bullets that were cut in two.

In texts copied from a web page, a blank line can cut a bullet in two. One rule decides
whether a paragraph after a bullet continues it or is the next heading:

    A bullet ends with a sentence: `.`, `!`, `?` or `;`, and possibly closing quotes or
    brackets. Until it has ended, the next paragraph belongs to it and is joined with
    one space. Once it has ended, the next is a bullet, a heading or an action.

A text that is not clear is refused with the number of the line. Official wording must
not be guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

MAX_BYTES = 1_000_000
# Longer than any real bullet: if a paragraph is longer, a full stop is missing.
MAX_PARAGRAPH_LENGTH = 10_000

_BULLET = re.compile(r"-[ \t]+(?=\S)")
_LOOKS_LIKE_ACTION = re.compile(r"Action[ \t]+[0-9]", re.IGNORECASE)
_SENTENCE_END = re.compile("[.!?;][\"')\\]\u2019\u201d\u00bb]*$")
_BLANKS = re.compile(r"[ \t\n]+")


class PlanTextError(ValueError):
    """The text cannot be read. `line` is None if the whole text is wrong."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(f"Line {line}: {message}" if line else message)
        self.message = message
        self.line = line


def read_plan_text(path: Path) -> str:
    """Return the text of a file. Raises PlanTextError.

    Any file could be given, so no more than the limit is read.
    """
    try:
        with path.open("rb") as file:
            return decode_plan_text(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise PlanTextError(f"{error.strerror}.", None) from error


def decode_plan_text(raw: bytes) -> str:
    """Return the text of UTF-8 bytes. Raises PlanTextError."""
    if len(raw) > MAX_BYTES:
        raise PlanTextError(f"The text is larger than {MAX_BYTES:,} bytes.", None)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PlanTextError("This is not UTF-8 text.", line) from error


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together, with white space folded and no bullet mark."""

    text: str
    lines: tuple[int, ...]
    is_bullet: bool

    def __post_init__(self) -> None:
        if len(self.text) > MAX_PARAGRAPH_LENGTH:
            raise PlanTextError(
                f"This paragraph has more than {MAX_PARAGRAPH_LENGTH:,} characters."
                " A full stop may be missing.",
                self.line,
            )

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

    def joined_with(self, other: "Paragraph") -> "Paragraph":
        if self.text.endswith("-"):
            # Of "counter-" and "terrorism", it is unknown whether the hyphen stays.
            raise PlanTextError(
                "A hyphen at the end of the line breaks a word. Put the whole word on"
                " one line.",
                self.lines[-1],
            )
        lines = self.lines + other.lines
        return Paragraph(f"{self.text} {other.text}", lines, self.is_bullet)


def read_paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text. Raises PlanTextError for a text in doubt."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    _require_readable(text)
    return _with_whole_bullets(list(_cut_paragraphs(text)))


def _require_readable(text: str) -> None:
    """Refuse invisible characters. Some of them cannot be stored in the database.

    These are control and format characters (bidirectional overrides, zero-width
    spaces), lone surrogates and private use characters. None belongs in a plan, and
    each could hide a change of the wording.
    """
    if len(text) > MAX_BYTES:
        raise PlanTextError(f"The text is larger than {MAX_BYTES:,} bytes.", None)
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        if character in "\n\t" or not (category[0] == "C" or category in ("Zl", "Zp")):
            continue
        raise PlanTextError(
            f"The text contains the invisible character U+{ord(character):04X}.",
            line=text[:index].count("\n") + 1,
        )


def _cut_paragraphs(text: str) -> Iterator[Paragraph]:
    lines = list(enumerate(text.split("\n"), start=1))
    for is_blank, block in groupby(lines, key=lambda line: not line[1].strip()):
        if not is_blank:
            yield from _split(_line(number, text) for number, text in block)


def _split(block: Iterator[Paragraph]) -> Iterator[Paragraph]:
    """Split a block of lines: each bullet and each action begins a paragraph."""
    paragraph = next(block)
    for line in block:
        if line.is_bullet or line.is_action:
            yield paragraph
            paragraph = line
        else:
            paragraph = _wrapped(paragraph, line)
    yield paragraph


def _line(number: int, text: str) -> Paragraph:
    bullet = _BULLET.match(text)
    if text.lstrip().startswith("-") and not bullet:
        raise PlanTextError(
            'Begin a bullet at the start of the line, with "- " before its text.',
            number,
        )
    folded = _BLANKS.sub(" ", text[bullet.end() :] if bullet else text).strip()
    return Paragraph(folded, (number,), is_bullet=bullet is not None)


def _wrapped(paragraph: Paragraph, line: Paragraph) -> Paragraph:
    if paragraph.is_bullet and paragraph.has_ended:
        raise PlanTextError(
            "It is not clear whether this line belongs to the bullet above. If it is a"
            " heading, put a blank line before it.",
            line.line,
        )
    return paragraph.joined_with(line)


def _with_whole_bullets(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Join bullets that blank lines cut. A bullet ends where its sentence ends."""
    whole: list[Paragraph] = []
    for paragraph in paragraphs:
        last = whole[-1] if whole else None
        if last is None or not last.is_bullet or last.has_ended:
            whole.append(paragraph)
        elif paragraph.is_bullet or paragraph.is_action:
            raise _unended(last)
        else:
            whole[-1] = last.joined_with(paragraph)
    if whole and whole[-1].is_bullet and not whole[-1].has_ended:
        raise _unended(whole[-1])
    return whole


def _unended(bullet: Paragraph) -> PlanTextError:
    return PlanTextError(
        "This bullet does not end with a full stop, so its end is not clear.",
        bullet.line,
    )
