"""The marks of positions as characters, for formats that do not draw them."""

from typing import Final

from progress.positions.figures import Change, Part

BALLS: Final[dict[Part, str]] = {
    "not_started": "\N{WHITE CIRCLE}",
    "limited": "\N{CIRCLE WITH UPPER RIGHT QUADRANT BLACK}",
    "substantial": "\N{CIRCLE WITH ALL BUT UPPER LEFT QUADRANT BLACK}",
    "implemented": "\N{BLACK CIRCLE}",
    "not_applicable": "\N{EN DASH}",
    "not_reported": "\N{DOTTED CIRCLE}",
}
# There is no mark for what has not changed.
ARROWS: Final[dict[Change, str]] = {
    "up": "\N{UPWARDS ARROW}",
    "down": "\N{DOWNWARDS ARROW}",
    "other": "\N{LEFT RIGHT ARROW}",
    "new": "+",
    "gone": "\N{MULTIPLICATION SIGN}",
}
TRIANGLE: Final = "\N{BLACK UP-POINTING TRIANGLE}"
