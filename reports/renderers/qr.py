"""The QR code on the first page of a report: it opens the page that checks the report.

It is drawn as SVG where a format has lines, and as PNG elsewhere. Equal addresses give
equal bytes.
"""

from io import BytesIO
from itertools import groupby
from typing import Final

import segno

# Modules around the code that stay white, as its standard asks for.
QUIET: Final = 4
# The side of a module in the PNG, in pixels: sharp on paper too.
SCALE: Final = 8


def qr_modules(address: str) -> list[list[bool]]:
    """Return the rows of the code without its margin. A dark module is true.

    It can be read while up to 15 % of it is damaged. Most addresses take version 4,
    which has 33 modules a side and room for 62 letters.
    """
    code = segno.make_qr(address, error="m")
    return [[bool(module) for module in row] for row in code.matrix]


def qr_side(address: str) -> int:
    """Return the modules of a side, with the margin."""
    return len(qr_modules(address)) + 2 * QUIET


def qr_svg(address: str, attributes: str = "") -> str:
    """Return the code as SVG: a white ground, and one path for all dark modules."""
    side = qr_side(address)
    dark = "".join(
        f"M{start + QUIET} {top + QUIET}h{width}v1h-{width}z"
        for top, row in enumerate(qr_modules(address))
        for start, width in _runs(row)
    )
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
    ground = f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
    return f'{opened}{attributes}>{ground}<path fill="#000" d="{dark}"/></svg>'


def qr_png(address: str) -> bytes:
    """Return the code as a PNG of black and white pixels."""
    picture = BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(picture, kind="png", scale=SCALE, border=QUIET)
    return picture.getvalue()


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where dark modules begin that lie side by side, and how many they are."""
    runs, start = [], 0
    for is_dark, group in groupby(row):
        width = len(list(group))
        if is_dark:
            runs.append((start, width))
        start += width
    return runs
