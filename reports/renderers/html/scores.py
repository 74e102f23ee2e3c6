"""The scores of assessing bodies: a heading and tables for each body."""

from collections.abc import Iterator, Sequence

from reports.renderers.html.document import Document, number_head, row
from reports.renderers.html.markup import Markup, element, joined
from reports.renderers.scores import (
    PrintedBody,
    PrintedScores,
    legend_of,
    printed_bodies,
)


def scores(document: Document) -> Markup:
    labels = document.facts["scores"]["labels"]
    legend = document.named(labels["legend"], legend_of(document.facts))
    return element(
        "div",
        *(element("p", sentence) for sentence in labels["intro"]),
        element("p", legend, class_="small muted"),
        *(_body(document, body) for body in printed_bodies(document.facts)),
        class_="stack",
    )


def _body(document: Document, body: PrintedBody) -> Markup:
    return joined(
        [
            element("h3", body.heading),
            *(element("p", sentence) for sentence in body.sentences),
            *(_table_of(document, body, table) for table in body.tables),
        ]
    )


def _table_of(document: Document, body: PrintedBody, table: PrintedScores) -> Markup:
    """Return a table, and below that of scores the names of its columns."""
    shown = _table(document, body.key, table)
    if table.name != "scores":
        return shown
    return joined([shown, element("p", body.names, class_="small muted")])


def _table(document: Document, key: str, table: PrintedScores) -> Markup:
    first, *others = table.heads
    heads = [first, *_heads(table, others)]
    return document.table(
        table.caption,
        heads,
        [_row(table, cells) for cells in table.rows],
        anchor=f"table-{table.name}-{key}",
        foot=[_row(table, cells) for cells in table.foot],
        class_="figures-table",
    )


def _heads(table: PrintedScores, names: Sequence[str]) -> Iterator[Markup | str]:
    for place, name in enumerate(names, start=1):
        yield name if place in table.wide else number_head(name)


def _row(table: PrintedScores, cells: Sequence[str]) -> Markup:
    return row(
        cells[0],
        *(
            element("td", text, class_=None if place in table.wide else "number")
            for place, text in enumerate(cells[1:], start=1)
        ),
    )
