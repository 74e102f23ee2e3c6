"""The columns of a chart as SVG. Plain Python, as `progress.positions.drawings`.

They are drawn in shares of their place, so that no text is scaled.
"""

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from progress.positions.drawings import PartOfBar

# In percent of the height: the line of all, and the line on which columns begin.
TOP: Final = 18.0
GROUND: Final = 88.0
# In percent of the height: where the names of marks are. They may be close together.
NAMES_OF_MARKS: Final = (4.0, 11.0)
# Columns with a texture of their own, so that a chart can be read in greyscale.
TEXTURES: Final[dict[str, str]] = {
    "no_update": "stripes",
    "not_reported": "dots",
    "not_applicable": "dashes",
    "submitted": "stripes",
}
_SHAPES: Final[dict[str, str]] = {
    "stripes": '<path d="M3 0v6"/>',
    "dots": '<circle cx="3" cy="3" r="0.9"/>',
    "dashes": '<path d="M0 3h4"/>',
}


class Column(NamedTuple):
    """One column. Its parts are from the ground up, and add up to `most` or less."""

    parts: Sequence[PartOfBar]
    # Below it and above it; empty for nothing.
    label: str = ""
    number: str = ""


class ColumnMark(NamedTuple):
    """A vertical line with its name, at a share of the width."""

    place: float
    label: str


def columns(
    drawn: Sequence[Column],
    *,
    most: int,
    key: str,
    described_by: str,
    marks: Sequence[ColumnMark] = (),
) -> str:
    """Return columns that are `most` high in all.

    `key` makes the names of its textures unique on a page. `described_by` is the id of
    the text alternative.
    """
    width = 100 / max(len(drawn), 1)
    gap = 0.0 if len(drawn) > len(TEXTURES) * 2 else width * 0.12
    pieces = [
        _column(column, number * width + gap, width - 2 * gap, most, key)
        for number, column in enumerate(drawn)
    ]
    labels = [
        _label(column.label, _middle(number, width, len(drawn)), GROUND + 8.0)
        for number, column in enumerate(drawn)
        if column.label
    ]
    return (
        f'<svg class="chart-plot" role="img" aria-labelledby="{escape(described_by)}"'
        f' focusable="false">{_textures(key)}{_line(TOP, "chart-all")}'
        f"{''.join(pieces)}{_line(GROUND, 'chart-ground')}"
        f'<text class="chart-most" x="0" y="{TOP - 3:g}%">{most}</text>'
        f"{''.join(labels)}{''.join(_mark(*pair) for pair in enumerate(marks))}</svg>"
    )


def _column(column: Column, left: float, width: float, most: int, key: str) -> str:
    """Return one column, its parts one on top of the other."""
    bottom, drawn = GROUND, []
    for part in column.parts:
        height = part.cells / max(most, 1) * (GROUND - TOP)
        bottom -= height
        place = (
            f'x="{left:.2f}%" y="{bottom:.2f}%"'
            f' width="{width:.2f}%" height="{height:.2f}%"'
        )
        texture = TEXTURES.get(part.part)
        over = (
            f'<g><rect class="chart-texture" {place}'
            f' fill="url(#{escape(key)}-{texture})"/></g>'
            if texture
            else ""
        )
        drawn.append(f'<g class="mix-{part.part}"><rect {place}/>{over}</g>')
    if column.number:
        drawn.append(
            f'<text class="chart-number" x="{left + width / 2:.2f}%"'
            f' y="{bottom - 2:.2f}%">{escape(column.number)}</text>'
        )
    return "".join(drawn)


def _middle(number: int, width: float, count: int) -> tuple[float, str]:
    """Return where the label of a column is, and how it is anchored.

    With many narrow columns only the first and the last have one, and stay inside.
    """
    if count <= len(TEXTURES) * 2:
        return (number + 0.5) * width, "chart-label"
    return (0.0, "at-start") if number == 0 else (100.0, "at-end")


def _label(words: str, place: tuple[float, str], y: float) -> str:
    x, anchor = place
    return f'<text class="{anchor}" x="{x:.2f}%" y="{y:g}%">{escape(words)}</text>'


def _line(y: float, name: str) -> str:
    return f'<line class="{name}" x1="0" x2="100%" y1="{y:g}%" y2="{y:g}%"/>'


def _mark(number: int, mark: ColumnMark) -> str:
    x, y = 100 * mark.place, NAMES_OF_MARKS[number % len(NAMES_OF_MARKS)]
    anchor = "at-start" if x < 50 else "at-end"
    return (
        f'<g class="chart-mark"><line x1="{x:.2f}%" x2="{x:.2f}%"'
        f' y1="{y + 2:g}%" y2="{GROUND:g}%"/>{_label(mark.label, (x, anchor), y)}</g>'
    )


def _textures(key: str) -> str:
    patterns = "".join(
        f'<pattern id="{escape(key)}-{name}" width="6" height="6"'
        f' patternUnits="userSpaceOnUse"><g class="texture">{shape}</g></pattern>'
        for name, shape in _SHAPES.items()
    )
    return f"<defs>{patterns}</defs>"
