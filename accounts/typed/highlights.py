"""Where a text has the words of a search, and the passages around them. Plain Python.

A search looks at the plain spelling of a text (`accounts.typed.words`), which is often
longer or shorter than the text: "ß" becomes "ss", and an accent is left out. What is
marked is always of the text itself, in whole characters with their accents.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, normalize

from accounts.typed.text import without_unseen
from accounts.typed.words import (
    RUNS_IN,
    TATWEEL,
    WORD_LENGTH,
    WORDS_IN,
    Words,
    plain_spelling,
)

# Blanks separate words in every spelling, so each chunk between them is read alone.
_CHUNKS = re.compile(r"[^ \t\n\r]+")
# Vowels and final consonants of Korean, which join the letter before them.
_JOINING_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")
_JOINER = "\u200d"
# Characters of a passage on each side of what was found, and in all.
CONTEXT, MOST_LENGTH = 90, 320


class Hit(NamedTuple):
    """A stretch of a text that a part of the search finds."""

    start: int
    end: int
    part: str


class Piece(NamedTuple):
    """A stretch of a text, and whether it is to be marked."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class Passage:
    """Part of a text around what was found, and whether the text goes on beyond it."""

    pieces: Sequence[Piece]
    has_before: bool = False
    has_after: bool = False


def hits_in(text: str, sought: Words) -> list[Hit]:
    """Return what a search finds in a text, in its order.

    Of a word that begins as the search does, the whole word. Of a run of Chinese or
    Japanese, what was sought.
    """
    return list(_hits(text, sought))


def marked(text: str, sought: Words) -> list[Piece]:
    """Return the whole text in pieces, with what the search finds."""
    return _pieces(text, hits_in(text, sought), 0, len(text))


def passages(text: str, sought: Words, *, most: int) -> list[Passage]:
    """Return passages of a text, at most so many, in its order.

    Those with different words of the search come before others with the same.
    """
    hits = hits_in(text, sought)
    first = sorted({hit.part: hit for hit in reversed(hits)}.values())
    windows: list[tuple[int, int]] = []
    for hit in [*first, *hits]:
        if len(windows) == most:
            break
        if not any(start <= hit.start < end for start, end in windows):
            windows.append(_window(text, hit))
    return [
        Passage(
            _pieces(text, hits, start, end),
            has_before=bool(text[:start].strip()),
            has_after=bool(text[end:].strip()),
        )
        for start, end in _joined(windows)
    ]


# ---- What is found -------------------------------------------------------------------


def _hits(text: str, sought: Words) -> Iterator[Hit]:
    if not sought:
        return
    for chunk in _CHUNKS.finditer(text):
        plain = _plain(chunk[0])
        spans = sorted(_spans(plain, sought))
        if not spans:
            continue
        places = _places(chunk[0])
        end = chunk.start()
        for first, after, part in spans:
            start = chunk.start() + places[first][0]
            if (
                start < end
            ):  # a letter that is several in plain spelling, marked already
                continue
            end = chunk.start() + places[after - 1][1]
            yield Hit(start, end, part)


def _plain(chunk: str) -> str:
    # A paragraph of Japanese is one chunk: it would fill the memory.
    return _plain_word(chunk) if len(chunk) <= WORD_LENGTH else plain_spelling(chunk)


@lru_cache(maxsize=20_000)
def _plain_word(word: str) -> str:
    return plain_spelling(word)


def _spans(plain: str, sought: Words) -> Iterator[tuple[int, int, str]]:
    """Yield where a plain spelling has what is sought: start, end, and the part."""
    for word in WORDS_IN.finditer(plain):
        compared = word[0][:WORD_LENGTH]
        part = next((one for one in sought.words if compared.startswith(one)), None)
        if part is not None:
            yield word.start(), word.end(), part
    if not sought.runs:
        return
    for run in RUNS_IN.finditer(plain):
        for part in sought.runs:
            for found in re.finditer(re.escape(part), run[0]):
                start = run.start() + found.start()
                yield start, start + len(part), part


def _places(chunk: str) -> list[tuple[int, int]]:
    """Return for each character of the plain spelling, of which of the text it is."""
    starts = [n for n, sign in enumerate(chunk) if n == 0 or _begins(sign)]
    places = []
    for start, end in zip(starts, [*starts[1:], len(chunk)], strict=True):
        places += [(start, end)] * len(_plain(chunk[start:end]))
    return places


@lru_cache(maxsize=20_000)
def _begins(sign: str) -> bool:
    """Return whether a character begins a new one, for the reader and in spelling.

    Accents, vowel signs and what cannot be seen belong to the character before.
    """
    if sign == TATWEEL or not without_unseen(sign):
        return False
    first = normalize("NFKD", sign)[0]
    return category(first)[0] != "M" and not _JOINING_JAMO.match(first)


# ---- What is shown of it -------------------------------------------------------------


def _pieces(text: str, hits: Sequence[Hit], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    place = start
    for hit in hits:
        if not start <= hit.start < end:
            continue
        after = min(hit.end, end)
        pieces += [
            Piece(text[place : hit.start]),
            Piece(text[hit.start : after], is_hit=True),
        ]
        place = after
    return [piece for piece in [*pieces, Piece(text[place:end])] if piece.text]


def _window(text: str, hit: Hit) -> tuple[int, int]:
    """Return the part of a text to show around a hit, cut between words if possible."""
    start, end = max(hit.start - CONTEXT, 0), min(hit.end + CONTEXT, len(text))
    end = min(end, start + MOST_LENGTH)
    if start:
        blank = re.search(r"\s+(?=\S)", text[start : hit.start])
        start = start + blank.end() if blank else _next_cut(text, start)
    if end < len(text):
        shown = text[min(hit.end, end) : end]
        blanks = [found.start() for found in re.finditer(r"\s+", shown)]
        end = end - len(shown) + blanks[-1] if blanks else _next_cut(text, end)
    return start, end


def _next_cut(text: str, place: int) -> int:
    """Return the first place from here on that is inside no character."""
    while place < len(text) and not (
        _begins(text[place]) and text[place - 1] != _JOINER
    ):
        place += 1
    return place


def _joined(windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return windows in the order of the text. Those that overlap become one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
