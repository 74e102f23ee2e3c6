"""Estimates how high rows and how wide headings are.

Spreadsheet programs make a row as high as its text only while a person types. Some do
not when they open a file. The fonts of the reader are not known, so the estimate is
generous.
"""

import re
from collections.abc import Iterable
from math import ceil
from typing import Final

# Letters that take up two places, such as those of Japanese.
WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60"
    "\uffe0-\uffe6\U0001f000-\U0001faff\U00020000-\U0003fffd]"
)
# In points.
HEIGHT_OF_LINE, HEIGHT_OF_WIDE_LINE, PADDING = 13.0, 15.0, 4.0
# No program shows a higher row.
HIGHEST: Final = 409.0
# The button of a filter covers so many letters of a heading.
BUTTON: Final = 3.0


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Return the height of a row, from its texts and the widths of their columns."""
    highest = max((_height(text, width) for text, width in cells), default=0.0)
    return min(highest + PADDING, HIGHEST)


def width_of_heading(heading: str) -> float:
    """Return the width of the longest word of a heading with a filter button."""
    return longest_word(heading) + BUTTON


def longest_word(text: str) -> int:
    """Return the length of the longest word."""
    return max(map(len, text.split()), default=0)


def _height(text: str, width: float) -> float:
    is_wide = not text.isascii() and WIDE.search(text) is not None
    lines = sum(
        ceil((len(line) + (len(WIDE.findall(line)) if is_wide else 0)) / width) or 1
        for line in text.split("\n")
    )
    return lines * (HEIGHT_OF_WIDE_LINE if is_wide else HEIGHT_OF_LINE)
