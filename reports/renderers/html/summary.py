"""The executive summary: sentences, their figures, and the first rows of long lists."""

import re
from collections.abc import Callable
from typing import Final

from reports.renderers.bars import stretches_before, stretches_now
from reports.renderers.entry_language import printed_language
from reports.renderers.html.document import Document, filled
from reports.renderers.html.figures import Bar, figure
from reports.renderers.html.markup import Child, Markup, element, joined
from reports.renderers.markdown_blocks import first_sentence
from reports.snapshot_schema import (
    BlockName,
    Cell,
    EntryPart,
    PositionRow,
    Sentence,
    SummaryBlock,
)

PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
# The whole list is in a table, further on.
MOST_ROWS: Final = 10


def summary(document: Document) -> Markup:
    blocks = [_block(document, block) for block in document.facts["summary"]]
    return element("div", blocks, class_="summary")


def _block(document: Document, block: SummaryBlock) -> Markup:
    sentences = [_sentence(document, one) for one in block["sentences"]]
    below = BELOW.get(block["name"]) if document.facts["entries"] else None
    return element(
        "section",
        element("h3", block["heading"]),
        element(
            "div",
            element("p", joined(sentences, document.signs.gap)),
            below(document) if below else None,
        ),
        class_="summary-block",
    )


def _sentence(document: Document, sentence: Sentence) -> Markup:
    """Return a sentence. Each of its numbers is a link to the table that shows it."""
    said = filled(sentence["template"], **sentence["names"])
    # Every second piece is the name of a placeholder.
    pieces: list[Child] = []
    for place, piece in enumerate(PLACEHOLDER.split(said)):
        if place % 2 and piece in sentence["numbers"]:
            count = element("strong", str(sentence["numbers"][piece]))
            pieces.append(document.reference(sentence["table"], count))
        else:
            pieces.append(f"{{{piece}}}" if place % 2 else piece)
    return joined(pieces)


def _standing(document: Document) -> Markup:
    figures, labels = document.facts["figures"], document.labels
    overall, members = figures["overall"], figures["members"]
    bars = [Bar(overall["name"], stretches_now(overall, labels))]
    of_members = [Bar(row["name"], stretches_now(row, labels)) for row in members]
    return joined(
        [
            figure(document, labels["figure_standing"], bars),
            figure(document, labels["figure_members"], of_members)
            if len(members) > 1
            else None,
        ]
    )


def _moved(document: Document) -> Markup | None:
    labels, compared = document.labels, document.facts["compared"]
    if not compared:
        return None
    overall = document.facts["figures"]["overall"]
    then = filled(labels["at_compared"], what=compared["title"])
    bars = [
        Bar(then, stretches_before(overall, labels)),
        Bar(labels["now"], stretches_now(overall, labels)),
    ]
    return figure(document, labels["figure_moved"], bars)


def _at_risk(document: Document) -> Markup | None:
    def last(position: PositionRow) -> Child:
        entry = document.entry_of(position)
        return obstacle(document, entry) if entry else None

    cells = document.facts["lists"]["at_risk"]
    return _first_rows(document, cells, "table-risk", last)


def _overdue(document: Document) -> Markup | None:
    def last(position: PositionRow) -> Child:
        entry, target = document.entry_of(position), position["target_on"]
        status = document.labels["parts"][entry["status"]] if entry else ""
        parts = [target["text"] if target else "", status]
        return document.signs.comma.join(filter(None, parts))

    cells = document.facts["lists"]["overdue"]
    return _first_rows(document, cells, "table-overdue", last)


BELOW: Final[dict[BlockName, Callable[[Document], Markup | None]]] = {
    "standing": _standing,
    "moved": _moved,
    "at_risk": _at_risk,
    "overdue": _overdue,
}


def obstacle(document: Document, entry: EntryPart) -> Markup:
    """Return the first sentence on the obstacles."""
    words = first_sentence(entry["obstacles"])
    if not words:
        return element("span", document.labels["no_obstacle"], class_="muted")
    language = document.lang_of(printed_language(entry))
    return element("span", words, lang=language, dir="auto")


def _first_rows(
    document: Document,
    cells: list[Cell],
    anchor: str,
    last: Callable[[PositionRow], Child],
) -> Markup | None:
    """Return the first rows of a list, and where the others are."""
    if not cells:
        return None
    rows = [_row(document, cell, last) for cell in cells[:MOST_ROWS]]
    more = None
    if len(cells) > MOST_ROWS:
        words = filled(document.labels["all_rows"], count=str(len(cells)))
        more = element("p", document.reference(anchor, words), class_="small")
    return joined([element("ul", rows, class_="first-rows", role="list"), more])


def _row(
    document: Document, cell: Cell, last: Callable[[PositionRow], Child]
) -> Markup:
    position = document.positions[cell["commitment"], cell["member"]]
    title = document.commitments[cell["commitment"]]["short_title"]
    member = element("strong", document.member_names[cell["member"]])
    return element(
        "li",
        document.commitment_link(cell["commitment"]),
        " ",
        None if document.is_of_one_member else joined([member, document.signs.comma]),
        document.named(title, last(position)),
    )
