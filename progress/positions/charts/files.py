"""A whole chart as an SVG file. Plain Python.

A file has its own styles, because it is read away from the site.
"""

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Final, NamedTuple

from progress.positions.drawings import PartOfBar, bar


class FileRow(NamedTuple):
    """A bar with its label, in a file."""

    label: str
    svg: str


class FileText(NamedTuple):
    """The words of a chart as a file."""

    title: str
    finding: str
    # What each part of a bar or a column means.
    key: Sequence[tuple[str, str]]
    # The handling mark first.
    about: Sequence[str]


WIDTH: Final = 960
_MARGIN: Final = 32
_LINE: Final = 20
_LABELS: Final = 300
_ROW: Final = 30
_PLOT: Final = 320
_CHARACTERS: Final = 118
_LABEL_CHARACTERS: Final = 42
# The colours of the light theme (static/css/tokens.css).
STYLE: Final = """
svg{--bar:18px;font-family:system-ui,"Noto Sans","DejaVu Sans",sans-serif}
text{font-size:14px;fill:#1d1a16}
.title{font-size:20px;font-weight:650}.about{font-size:12px;fill:#615b52}
rect:not(.chart-texture),line{fill:#faf7f1;stroke:#faf7f1;stroke-width:1px}
.paper{stroke:none}.status-mix-bar line,.status-swatch line{stroke:none}
.status-mix-bar text{font-size:11px;font-weight:650;text-anchor:middle;\
dominant-baseline:central;paint-order:stroke;stroke:#faf7f1;stroke-width:4px}
.mix-implemented>rect,.mix-up>rect,.mix-published>rect{fill:#17304f}
.mix-substantial>rect,.mix-new>rect{fill:#4a70a3}
.mix-limited>rect,.mix-same>rect{fill:#b3c6de}
.status-mix-bar :is(.mix-implemented,.mix-substantial,.mix-up,.mix-new)>text\
{fill:#fffefb;stroke:none}
.status-mix-bar :is(.mix-limited,.mix-same)>text{stroke:none}
:is(.mix-not_started,.mix-not_applicable,.mix-no_update,.mix-not_reported,\
.mix-submitted,.mix-missing,.mix-other,.mix-down,.mix-gone)>rect\
{fill:#faf7f1;stroke:#6f7a88}
:is(.status-mix-bar,.status-swatch) :is(.mix-no_update,.mix-other,.mix-submitted)>line\
{stroke:#6f7a88;stroke-width:18px;stroke-dasharray:1 5}
:is(.status-mix-bar,.status-swatch) .mix-down>line\
{stroke:#17304f;stroke-width:18px;stroke-dasharray:3 2}
:is(.status-mix-bar,.status-swatch) :is(.mix-not_applicable,.mix-gone)>line\
{stroke:#6f7a88;stroke-width:1.5px}
.mix-not_reported>rect{stroke-dasharray:1.5 2.5}
:is(.status-mix-bar,.status-swatch) .mix-not_reported>line\
{stroke:#6f7a88;stroke-width:2px;stroke-dasharray:.1 6;stroke-linecap:round}
.texture{fill:none;stroke:#6f7a88}.texture circle{fill:#6f7a88;stroke:none}
.chart-texture{stroke:none}
.chart-plot text{font-size:12px}.chart-number,.chart-label{text-anchor:middle}
.chart-all,.chart-ground,.chart-mark line{stroke:#857d70}
.chart-all{stroke-dasharray:2 3}.chart-mark line{stroke:#1d1a16}
.at-start{text-anchor:start}.at-end{text-anchor:end}
"""


def chart_file(text: FileText, rows: Sequence[FileRow], plot: str = "") -> str:
    """Return a chart as an SVG file: bars, or the columns of `plot`."""
    lines, height = _words(text.title, "title", _MARGIN + _LINE, 80)
    pieces = [lines]
    lines, height = _words(text.finding, "finding", height + 4, _CHARACTERS)
    pieces.append(lines)
    for row in rows:
        lines, below = _words(row.label, "label", height + 10, _LABEL_CHARACTERS)
        pieces += [lines, _placed(row.svg, _MARGIN + _LABELS, height - 4, 18)]
        height = max(below, height + _ROW)
    if plot:
        pieces.append(_placed(plot, _MARGIN, height, _PLOT))
        height += _PLOT + _LINE
    for part, label in text.key:
        swatch = _placed(_swatch(part), _MARGIN, height, 12, width=20)
        lines, below = _words(label, "key", height + 11, _CHARACTERS, _MARGIN + 28)
        pieces += [swatch, lines]
        height = below - 8
    height += _LINE / 2
    for sentence in text.about:
        lines, height = _words(sentence, "about", height + 8, 140)
        pieces.append(lines)
        height -= 10
    bottom = round(height + _MARGIN)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}"'
        f' width="{WIDTH}" height="{bottom}" role="img">'
        f"<title>{escape(text.title)}</title><desc>{escape(text.finding)}</desc>"
        f"<style>{STYLE}</style>"
        f'<rect class="paper" width="{WIDTH}" height="{bottom}"/>'
        f"{''.join(pieces)}</svg>\n"
    )


def _swatch(part: str) -> str:
    return bar([PartOfBar(part, "", 1)])


def _placed(
    drawing: str, x: float, y: float, height: float, *, width: float = 0
) -> str:
    """Return a drawing at a place of a file."""
    across = width or WIDTH - _MARGIN - x
    place = f'<svg x="{x:g}" y="{y:g}" width="{across:g}" height="{height:g}"'
    return drawing.replace("<svg", place, 1)


def _words(
    words: str, name: str, y: float, most: int, x: float = _MARGIN
) -> tuple[str, float]:
    """Return the lines of a text, and where the next text begins."""
    lines = wrap(words, most) or [""]
    drawn = [
        f'<text class="{name}" x="{x:g}" y="{y + _LINE * number:g}">{escape(line)}'
        "</text>"
        for number, line in enumerate(lines)
    ]
    return "".join(drawn), y + _LINE * len(lines)
