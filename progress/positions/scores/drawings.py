"""Averages as SVG: bars and dots on a scale from -1 to +1. Plain Python.

They are drawn in shares of their place, as `progress.positions.drawings`, and use the
styles of the other charts. A bar has one tone on both sides of zero: its side and its
number say what it is.
"""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

# In percent of the width: where zero is, and how far from it a number is.
ZERO: Final = 50.0
NUMBER_FROM_ZERO: Final = 8.0
# In percent of the height of a plot: +1, and -1. Names of dots are below.
PLUS_ONE: Final = 14.0
MINUS_ONE: Final = 80.0
NAMES_OF_DOTS: Final = 92.0
# With more dots only the first and the last have a name: a phone has no room.
MOST_NAMES: Final = 6
DOT: Final = 10


class PlottedDot(NamedTuple):
    """An average at its place in time. A hollow dot is of an interim table."""

    average: Fraction | None
    # The average as it is printed, and the name below it.
    number: str
    name: str
    is_hollow: bool = False


class ScaleLabels(NamedTuple):
    """The ends and the middle of the scale, as they are printed."""

    minus_one: str
    zero: str
    plus_one: str


def average_bar(average: Fraction | None, number: str) -> str:
    """Return a bar from zero to an average, with the number on its other side.

    Without an average there is the number alone: a dash.
    """
    frame = f'<g class="mix-not_started">{_rectangle(0.0, 100.0)}</g>'
    shape, side = "", 1
    if average is not None:
        end = ZERO + 50 * float(average)
        side = -1 if average > 0 else 1
        drawn = _rectangle(min(end, ZERO), abs(end - ZERO)) if average else ""
        shape = f'<g class="mix-substantial">{drawn}</g>'
    place = ZERO + side * NUMBER_FROM_ZERO
    return _bar(
        f"{frame}{shape}{_zero_line()}"
        f'<text x="{_percent(place)}" y="50%">{escape(number)}</text>'
    )


def scale_bar(labels: ScaleLabels) -> str:
    """Return the scale that is below the bars."""
    places = (4.0, labels.minus_one), (ZERO, labels.zero), (96.0, labels.plus_one)
    return _bar(
        "".join(
            f'<text x="{_percent(x)}" y="50%">{escape(words)}</text>'
            for x, words in places
        )
    )


def dots(
    plotted: Sequence[PlottedDot],
    labels: ScaleLabels,
    *,
    described_by: str,
    beside: Sequence[Fraction | None] = (),
) -> str:
    """Return averages through time, joined by lines. The oldest comes first.

    `beside` are averages of the same times to compare with: small round dots on a
    dashed line. `described_by` is the id of the text alternative.
    """
    count = len(plotted)
    centres = [100 * (place + 0.5) / max(count, 1) for place in range(count)]
    averages = [dot.average for dot in plotted]
    return (
        f'<svg class="chart-plot" role="img" aria-labelledby="{escape(described_by)}"'
        f' focusable="false">{_scale(labels)}'
        f"{_joined(centres, beside, 'chart-all')}{_round_dots(centres, beside)}"
        f'<g class="chart-mark">{_joined(centres, averages, "")}</g>'
        f"{''.join(map(_dot, centres, plotted))}"
        f"{''.join(_names(plotted, centres))}</svg>"
    )


def _dot(x: float, dot: PlottedDot) -> str:
    """Return the square of one average, with its number above."""
    if dot.average is None:
        return ""
    y = _height(dot.average)
    tone = "mix-missing" if dot.is_hollow else "mix-published"
    return (
        f'<g class="{tone}"><rect x="{_percent(x)}" y="{_percent(y)}" width="{DOT}"'
        f' height="{DOT}" transform="translate(-{DOT // 2} -{DOT // 2})"/></g>'
        f'<text class="chart-number" x="{_percent(x)}" y="{_percent(y - 4)}">'
        f"{escape(dot.number)}</text>"
    )


def _round_dots(centres: Sequence[float], averages: Sequence[Fraction | None]) -> str:
    drawn = [
        f'<circle cx="{_percent(x)}" cy="{_percent(_height(average))}" r="4"/>'
        for x, average in zip(centres, averages, strict=False)
        if average is not None
    ]
    return f'<g class="texture">{"".join(drawn)}</g>' if drawn else ""


def _joined(
    centres: Sequence[float], averages: Sequence[Fraction | None], name: str
) -> str:
    """Return a line from each average to the next one that there is."""
    known = [
        (x, _height(average))
        for x, average in zip(centres, averages, strict=False)
        if average is not None
    ]
    style = f' class="{name}"' if name else ""
    return "".join(
        f'<line{style} x1="{_percent(x)}" y1="{_percent(y)}"'
        f' x2="{_percent(next_x)}" y2="{_percent(next_y)}"/>'
        for (x, y), (next_x, next_y) in pairwise(known)
    )


def _names(plotted: Sequence[PlottedDot], centres: Sequence[float]) -> list[str]:
    """Return the names below the dots: all of a few, or the first and the last."""
    if len(plotted) <= MOST_NAMES:
        shown = [
            (x, "chart-label", dot.name)
            for x, dot in zip(centres, plotted, strict=True)
        ]
    else:
        first, last = plotted[0].name, plotted[-1].name
        shown = [(0.0, "at-start", first), (100.0, "at-end", last)]
    return [
        f'<text class="{anchor}" x="{_percent(x)}" y="{_percent(NAMES_OF_DOTS)}">'
        f"{escape(name)}</text>"
        for x, anchor, name in shown
    ]


def _scale(labels: ScaleLabels) -> str:
    """Return the lines of +1, zero and -1, with their labels."""
    lines = (
        (1, "chart-all", labels.plus_one),
        (0, "chart-ground", labels.zero),
        (-1, "chart-all", labels.minus_one),
    )
    return "".join(
        f'<line class="{name}" x1="0" x2="100%" y1="{_percent(_height(Fraction(at)))}"'
        f' y2="{_percent(_height(Fraction(at)))}"/><text class="at-start" x="0"'
        f' y="{_percent(_height(Fraction(at)) - 2)}">{escape(words)}</text>'
        for at, name, words in lines
    )


def _height(average: Fraction) -> float:
    """Return where an average is in a plot, in percent from its top."""
    return PLUS_ONE + (1 - float(average)) / 2 * (MINUS_ONE - PLUS_ONE)


def _bar(inside: str) -> str:
    return (
        '<svg class="status-mix-bar" focusable="false" aria-hidden="true">'
        f"{inside}</svg>"
    )


def _zero_line() -> str:
    x = _percent(ZERO)
    return f'<g class="chart-mark"><line x1="{x}" x2="{x}" y1="0" y2="100%"/></g>'


def _rectangle(x: float, width: float) -> str:
    return f'<rect x="{_percent(x)}" width="{_percent(width)}" height="100%"/>'


def _percent(share: float) -> str:
    return f"{round(share, 2):g}%"
