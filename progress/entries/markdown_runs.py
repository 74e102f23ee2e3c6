"""Bold text and links inside a paragraph or a cell (docs/rules.md, rule 12)."""

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

# The typesetter refuses a URL of more than 8,000 bytes. A character has up to four.
MAX_URL_LENGTH = 2_000
LINK = re.compile(
    r"\[(?P<label>[^\[\]\n]*[^\[\]\s])\]"
    r"\((?P<url>(?:https?://|mailto:)(?:[^\s()]|\([^\s()]*\))+)\)",
    re.IGNORECASE,
)
# Exactly two stars. Between two digits they are a sign of arithmetic.
STARS = re.compile(r"(?<!\*)\*\*(?!\*)")
# A label that looks like an address must be the address. A file name is no address.
ADDRESS = re.compile(r".*(://|@)|(?:[\w-]+\.)+[^\W\d_]{2,}")
FILE_NAME = re.compile(r".*\.(csv|docx?|html?|json|odt|pdf|pptx?|txt|xlsx?|xml)")
# They make a reader see other letters than those that are stored.
OVERRIDES = re.compile("[\u202a-\u202e]")
VISIBLE_MARK = "\N{WHITE VERTICAL RECTANGLE}"


class Run(NamedTuple):
    """A stretch of text in one style. A line end is a run of its own."""

    text: str
    is_bold: bool = False
    href: str = ""


class _Piece(NamedTuple):
    """Text outside links, or the label of a link."""

    text: str
    href: str = ""


def read_runs(text: str) -> list[Run]:
    """Return a text in stretches of one style, with its links."""
    pieces = [piece for piece in _pieces(text) if piece.text]
    shown = "".join(piece.text for piece in pieces)
    marks = deque(_marks(shown, _places_of_stars(pieces)))
    runs: list[Run] = []
    start, end, is_bold = 0, 0, False
    for piece in pieces:
        end += len(piece.text)
        while marks and marks[0] < end:
            place = marks.popleft()
            runs.extend(_lines(shown[start:place], is_bold, piece.href))
            start, is_bold = place + len("**"), not is_bold
        runs.extend(_lines(shown[start:end], is_bold, piece.href))
        start = end
    return runs


def is_link(url: str) -> bool:
    """Return whether a page or document may have a link to this URL.

    A name before the host is refused: it can look like the host.
    """
    if len(url) > MAX_URL_LENGTH or not url.isprintable() or "\\" in url:
        return False
    if url.lower().startswith("mailto:"):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"}
    return is_web and bool(parts.hostname) and "@" not in parts.netloc


def is_web_link(url: str) -> bool:
    """Return whether a file may have a link to this URL, which is on the web."""
    return is_link(url) and not url.lower().startswith("mailto:")


def visible(text: str) -> str:
    """Return the text with a mark for each character that turns letters around."""
    return OVERRIDES.sub(VISIBLE_MARK, text)


def _pieces(text: str) -> Iterator[_Piece]:
    start = 0
    for link in LINK.finditer(text):
        if is_link(link["url"]) and _is_honest(link["label"], link["url"]):
            yield _Piece(text[start : link.start()])
            yield _Piece(link["label"], link["url"])
            start = link.end()
    yield _Piece(text[start:])


def _is_honest(label: str, url: str) -> bool:
    """Return whether each address in the label begins like the link's own."""
    address = url.partition(":")[2].lower().lstrip("/")
    words = (word.strip("*()<>\"'.,;:!?/") for word in label.lower().split())
    return all(
        address.startswith(word.rpartition("://")[2].removeprefix("mailto:"))
        for word in words
        if ADDRESS.match(word) and not FILE_NAME.fullmatch(word)
    )


def _places_of_stars(pieces: list[_Piece]) -> Iterator[int]:
    start = 0
    for piece in pieces:
        yield from (start + found.start() for found in STARS.finditer(piece.text))
        start += len(piece.text)


def _marks(shown: str, places: Iterator[int]) -> list[int]:
    """Return the places of stars that begin or end bold text, in pairs.

    Bold text neither begins nor ends with a blank.
    """
    marks: list[int] = []
    opened = None
    for place in places:
        before, after = shown[max(place - 1, 0) : place], shown[place + 2 : place + 3]
        if before.isdigit() and after.isdigit():
            continue
        if opened is not None and before.strip():
            marks += [opened, place]
            opened = None
        elif after.strip():
            opened = place
    return marks


def _lines(text: str, is_bold: bool, href: str) -> Iterator[Run]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Run("\n")
        if line:
            yield Run(line, is_bold, href)
