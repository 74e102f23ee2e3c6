"""The figures of the page: bars of statuses, each with its numbers in a table."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from progress.positions import drawings
from progress.positions.figures import Part
from reports.renderers.bars import ORDER, Stretch, in_words, stretches_now
from reports.renderers.html.document import Document, number, number_head, row
from reports.renderers.html.markup import Markup, drawing, element
from reports.snapshot_schema import FigureRow

# The columns of numbers: every last known status, and none at all.
KNOWN: Final[tuple[Part, ...]] = (*ORDER, "not_reported")


class Bar(NamedTuple):
    """A bar with its name."""

    name: str
    stretches: Sequence[Stretch]


def figure(document: Document, title: str, bars: Sequence[Bar]) -> Markup:
    """Return bars below each other, with their numbers in a table that unfolds."""
    return element(
        "figure",
        element("figcaption", title),
        element("div", [_named_bar(document, bar) for bar in bars], class_="bars"),
        key(document, has_older=_has_older(bars)),
        element(
            "details",
            element("summary", document.labels["page"]["numbers"]),
            _numbers(document, title, bars),
        ),
        class_="status-figure",
    )


def _named_bar(document: Document, bar: Bar) -> list[Markup]:
    words = in_words(bar.name, bar.stretches, document.labels)
    svg = drawings.bar(bar.stretches, words, has_numbers=True)
    return [element("span", bar.name, aria_hidden="true"), drawing(svg)]


def _has_older(bars: Sequence[Bar]) -> bool:
    return any(stretch.is_older for bar in bars for stretch in bar.stretches)


def key(document: Document, *, has_older: bool) -> Markup:
    """Return how to read the bars."""
    labels = document.labels
    shown = [(part, False, labels["parts"][part]) for part in KNOWN]
    if has_older:
        shown.append(("implemented", True, labels["older_bar"]))
    items = [
        element(
            "li",
            drawing(drawings.swatch(part, is_older=is_older)),
            element("span", name),
            class_="mark",
        )
        for part, is_older, name in shown
    ]
    return element(
        "ul", items, class_="legend", role="list", aria_label=labels["legend"]
    )


def _numbers(document: Document, title: str, bars: Sequence[Bar]) -> Markup:
    """Return the numbers of all stretches that any of the bars has."""
    found = {
        (stretch.part, stretch.is_older): stretch.label
        for bar in bars
        for stretch in bar.stretches
    }
    columns = sorted(found, key=lambda column: (KNOWN.index(column[0]), column[1]))
    body = []
    for bar in bars:
        cells = {(it.part, it.is_older): it.cells for it in bar.stretches}
        body.append(row(bar.name, *(number(cells.get(it, 0)) for it in columns)))
    header = [None, *(number_head(found[column]) for column in columns)]
    return document.table(title, header, body)


def cell_bar(document: Document, figures: FigureRow) -> Markup:
    """Return the bar of a row of a table. The cells beside it have its numbers."""
    svg = drawings.bar(stretches_now(figures, document.labels))
    return element("td", drawing(svg), class_="cell-bar")
