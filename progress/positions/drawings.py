"""The marks and bars of statuses as SVG. Plain Python: pages and HTML reports use it.

The styles are in `static/css/`: here are shapes and numbers only. A drawing has its own
words for those who cannot see it, unless the same words are beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple, Protocol

from progress.positions.figures import ORDER, Part

RING: Final = '<circle class="ball-ring" cx="8" cy="8" r="6.5"/>'
# In a square of 16 units. What has no update in the stocktake has half a smaller ball.
BALLS: Final[dict[str, str]] = {
    "not_reported": RING,
    "not_started": RING,
    "limited": f'<path class="ball-fill" d="M8 8V1.5A6.5 6.5 0 0 1 14.5 8Z"/>{RING}',
    "substantial": f'<path class="ball-fill" d="M8 8V1.5A6.5 6.5 0 1 1 1.5 8Z"/>{RING}',
    "implemented": f'<circle class="ball-fill" cx="8" cy="8" r="6.5"/>{RING}',
    "no_update": f'<path class="ball-fill" d="M8 8V3.5A4.5 4.5 0 0 1 8 12.5Z"/>{RING}',
    "not_applicable": '<path class="ball-dash" d="M3 8h10"/>',
}
TRIANGLE: Final = '<path d="M8 1.5 15 14.5H1Z"/>'
# Two rings that overlap: what members promised to do together.
RINGS: Final = '<circle cx="5.6" cy="8" r="4"/><circle cx="10.4" cy="8" r="4"/>'
# In a square of 12 units. There is no mark for what has not changed.
CHANGES: Final[dict[str, str]] = {
    "up": '<path d="M6 10.5v-9M2.5 5 6 1.5 9.5 5"/>',
    "down": '<path d="M6 1.5v9M2.5 7 6 10.5 9.5 7"/>',
    "other": '<path d="M1 6h10M3.5 3.5 1 6l2.5 2.5M8.5 3.5 11 6 8.5 8.5"/>',
    "new": '<path d="M6 2v8M2 6h8"/>',
    "gone": '<path d="m2.5 2.5 7 7M9.5 2.5l-7 7"/>',
}
# A stretch of a smaller share has no room for its number.
LEAST_SHARE: Final = 0.045


class DrawnStretch(Protocol):
    """One part of a bar. An older one has no update in the stocktake."""

    @property
    def part(self) -> str: ...
    @property
    def is_older(self) -> bool: ...
    @property
    def label(self) -> str: ...
    @property
    def cells(self) -> int: ...


class PartOfBar(NamedTuple):
    """A stretch of a bar of the stocktake."""

    part: str
    label: str
    cells: int
    is_older: bool = False


def in_stocktake(
    parts: Mapping[Part, int], label: Callable[[str], str]
) -> list[PartOfBar]:
    """Return the stretches of what counts in the stocktake. None is empty."""
    return [
        PartOfBar(part, label(part), parts[part]) for part in ORDER if parts.get(part)
    ]


def ball(status: str, label: str = "") -> str:
    """Return a Harvey ball, with a name for screen readers if no text is beside it."""
    return (
        f'<svg class="ball ball-{status}" viewBox="0 0 16 16" focusable="false"'
        f"{_named(label)}>{BALLS[status]}</svg>"
    )


def triangle() -> str:
    """Return the mark of what is at risk. Its words are beside it."""
    return f'<svg viewBox="0 0 16 16" focusable="false"{_named("")}>{TRIANGLE}</svg>'


def arrow(change: str) -> str:
    """Return the mark of a change. Its words are beside it."""
    return (
        f'<svg class="change-mark" viewBox="0 0 12 12" focusable="false"{_named("")}>'
        f"{CHANGES[change]}</svg>"
    )


def joint() -> str:
    """Return the mark of a joint commitment."""
    return (
        f'<svg class="joint-mark" viewBox="0 0 16 16" focusable="false"{_named("")}>'
        f"{RINGS}</svg>"
    )


def symbols() -> str:
    """Return all marks as symbols, for a page with hundreds of them."""
    squares = {**BALLS, "at-risk": TRIANGLE}
    found = [(name, 16, shape) for name, shape in squares.items()]
    found += [(f"change-{name}", 12, shape) for name, shape in CHANGES.items()]
    return "".join(
        f'<symbol id="{name}" viewBox="0 0 {size} {size}">{shape}</symbol>'
        for name, size, shape in found
    )


def bar(
    stretches: Sequence[DrawnStretch], label: str = "", *, has_numbers: bool = False
) -> str:
    """Return a bar that the stretches fill, in their order.

    It is drawn in shares of its width, so that no texture and no number is distorted.
    """
    total = sum(stretch.cells for stretch in stretches)
    start, drawn = 0, []
    for stretch in stretches:
        has_number = has_numbers and stretch.cells >= LEAST_SHARE * total
        number = str(stretch.cells) if has_number else ""
        place = start / total, stretch.cells / total
        drawn.append(_stretch(stretch.part, *place, number, is_older=stretch.is_older))
        start += stretch.cells
    return (
        f'<svg class="status-mix-bar" focusable="false"{_named(label)}>'
        f"{''.join(drawn)}</svg>"
    )


def swatch(part: str, *, is_older: bool = False) -> str:
    """Return a piece of a bar, for its key."""
    drawn = _stretch(part, 0, 1, "", is_older=is_older)
    return f'<svg class="status-swatch" focusable="false"{_named("")}>{drawn}</svg>'


def in_words(stretches: Sequence[DrawnStretch]) -> list[str]:
    """Return the numbers of a bar as texts."""
    return [f"{stretch.label}: {stretch.cells}" for stretch in stretches]


def _stretch(
    part: str, start: float, share: float, number: str, *, is_older: bool
) -> str:
    """Return one stretch. The line over it draws its texture: stripes or dots."""
    older = " mix-older" if is_older else ""
    words = (
        f'<text x="{_percent(start + share / 2)}" y="50%">{number}</text>'
        if number
        else ""
    )
    return (
        f'<g class="mix-{part}{older}">'
        f'<rect x="{_percent(start)}" width="{_percent(share)}" height="100%"/>'
        f'<line x1="{_percent(start)}" x2="{_percent(start + share)}"'
        f' y1="50%" y2="50%"/>{words}</g>'
    )


def _percent(share: float) -> str:
    return f"{round(100 * share, 2):g}%"


def _named(label: str) -> str:
    """Return the attributes of a drawing with a name, or of one that only repeats."""
    if label:
        return f' role="img" aria-label="{escape(label)}"'
    return ' aria-hidden="true"'
