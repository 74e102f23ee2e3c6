"""Generated texts as delegations type them, and what a reader must find in them."""

import itertools
from typing import NamedTuple

from hypothesis import strategies as st

# Signs that other dialects of Markdown take for marks, and that mean nothing here.
LATIN = [
    "Screening", "26.", "2016.", "1986)", "5", "*", "3", "**", "snake_case", "_so_",
    "#1", ">", "`code`", "<b>", "&amp;", "\\*", "~~x~~", "![x]", "(see", "annex)",
    "https://example.org/a_b", "<https://example.org>", "100", "%", "Straße", "naïve",
    "[1]", "a*b", "-", "+", "±", "2**3**4", "***", "'Da'esh'", '"quoted"', "=",
]  # fmt: skip
ARABIC = ["مكافحة", "الإرهاب", "في", "عام", "2016", "تقرير", "(أول)"]
HEBREW = ["שלום", "עולם", "דוח", "2017", "(ראשון)"]
MARKS = ["-", "*", "•", "·", "\u2013"]


class Typed(NamedTuple):
    """A text as typed, and its blocks as read: each with its kind, depth and words."""

    text: str
    read: list[tuple[str, int, str]]


def sentences(words: list[str]) -> list[str]:
    """Return sentences that begin with a letter, so that no mark begins them."""
    letters = itertools.cycle(word for word in words if word[0].isalpha())
    return [
        " ".join([next(letters), *words[start : start + length]])
        for start in range(len(words))
        for length in (0, 2, 5)
    ]


LEFT_TO_RIGHT = st.sampled_from(sentences(LATIN))
RIGHT_TO_LEFT = st.sampled_from([*sentences(ARABIC), *sentences(HEBREW)])
Sentences = st.SearchStrategy[str]
ALL_SENTENCES = LEFT_TO_RIGHT | RIGHT_TO_LEFT
INDENTS = st.sampled_from(["", " ", "   ", "\t", "\t\t"])
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85"])


@st.composite
def paragraphs(draw: st.DrawFn, words: Sentences) -> Typed:
    lines = draw(st.lists(words, min_size=1, max_size=3))
    end = draw(LINE_ENDS)
    text = end.join(draw(INDENTS) + line + draw(INDENTS) for line in lines)
    return Typed(text, [("p", 0, "\n".join(lines))])


@st.composite
def lists(draw: st.DrawFn, words: Sentences) -> Typed:
    step = draw(st.sampled_from(["  ", "    ", "\t"]))
    rows: list[str] = []
    read: list[tuple[str, int, str]] = []
    depth = 0
    for sentence in draw(st.lists(words, min_size=1, max_size=6)):
        depth = draw(st.integers(0, min(depth + bool(read), 7)))
        number = draw(st.integers(0, 2_100))
        mark = draw(st.sampled_from([*MARKS, f"{number}.", f"{number})"]))
        blank = draw(st.sampled_from([" ", "\t"]))
        rows.append(f"{step * depth}{mark}{blank}{sentence}")
        shown = f"{mark} " if mark[0].isdigit() else ""
        read.append(("li", depth + 1, shown + sentence))
    return Typed("\n".join(rows), read)


@st.composite
def tables(draw: st.DrawFn, words: Sentences) -> Typed:
    columns = draw(st.integers(2, 5))
    row = st.lists(words, min_size=columns, max_size=columns)
    rows = draw(st.lists(row, min_size=2, max_size=4))
    lines = [draw(st.sampled_from([" | ", "\t"]))] * len(rows)
    text = [sign.join(cells) for sign, cells in zip(lines, rows, strict=True)]
    if lines[0] != "\t":
        text = [f"| {line} |" for line in text]
        text[1:1] = ["|---" * columns + "|"] if draw(st.booleans()) else []
    kinds = ["th", *["td"] * (len(rows) - 1)]
    read = [
        (kind, 0, cell)
        for kind, cells in zip(kinds, rows, strict=True)
        for cell in cells
    ]
    return Typed("\n".join(text), read)


@st.composite
def texts(draw: st.DrawFn, words: Sentences = ALL_SENTENCES) -> Typed:
    """Return blocks of all kinds with empty lines between them.

    Two lists that follow each other would be one, so a paragraph is between them.
    """
    blocks = draw(st.lists(st.one_of(lists(words), tables(words)), max_size=3))
    parts = [draw(paragraphs(words))]
    for block in blocks:
        parts += [block, draw(paragraphs(words))]
    blank = draw(st.sampled_from(["\n\n", "\n \t\n\n"]))
    return Typed(
        blank.join(part.text for part in parts),
        [found for part in parts for found in part.read],
    )
