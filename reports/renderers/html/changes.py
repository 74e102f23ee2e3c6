"""What has changed since an earlier date, and what is at risk or past its target."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from progress.positions import drawings
from progress.positions.figures import Change
from reports.renderers.html import position_marks as marks
from reports.renderers.html.document import (
    Document,
    filled,
    number,
    number_head,
    row,
)
from reports.renderers.html.markup import Child, Markup, drawing, element, joined
from reports.renderers.html.summary import obstacle
from reports.snapshot_schema import Cell, FigureRow, PositionRow

# The changes in order, each with the name of its list.
LISTED: Final[dict[Change, str]] = {
    "up": "moved_up",
    "down": "moved_down",
    "other": "other",
    "new": "new",
    "gone": "gone",
}
COUNTED: Final[tuple[Change, ...]] = (*LISTED, "same")


def changes(document: Document) -> Markup:
    facts = document.facts
    if facts["compared"] is None:
        return element("p", document.labels["nothing_compared"])
    # The compact layout has the arrows of the matrix only.
    has_lists = facts["layout"] == "full" or facts["kind"] == "changes"
    lists = [_listed(document, change) for change in LISTED] if has_lists else []
    return joined([_counts(document, facts["compared"]["title"]), *lists])


def _counts(document: Document, since: str) -> Markup:
    labels, figures = document.labels, document.facts["figures"]
    parts = labels["parts"]
    heads = [_change_head(document, change) for change in COUNTED]
    last = [parts["no_update"], parts["not_reported"], labels["cells"]]
    rows = [
        *(figures["members"] if len(figures["members"]) > 1 else []),
        *(figures["actions"] if len(figures["actions"]) > 1 else []),
    ]
    return document.table(
        filled(labels["changes_caption"], since=since),
        [None, *heads, *map(number_head, last)],
        [_line(document, one) for one in rows],
        foot=[_line(document, figures["overall"])],
        anchor="table-changes",
        class_="figures-table",
    )


def _change_head(document: Document, change: Change) -> Markup:
    mark = drawing(drawings.arrow(change)) if change in LISTED else None
    words = element("span", document.labels["changes"][change])
    return number_head(joined([mark, words]))


def _line(document: Document, figures: FigureRow) -> Markup:
    counts = [figures["changes"][change] for change in COUNTED]
    parts = figures["parts"]
    counts += [parts["no_update"], parts["not_reported"], figures["cells"]]
    return row(document.row_name(figures), *map(number, counts))


def _listed(document: Document, change: Change) -> Markup | None:
    """Return a table of the positions that have changed in one way."""
    labels = document.labels
    cells: list[Cell] = document.facts["lists"][LISTED[change]]  # type: ignore[literal-required]  # from the table above
    if not cells:
        return None
    by_code: dict[str, list[Cell]] = {}
    for cell in cells:
        by_code.setdefault(cell["commitment"], []).append(cell)
    body = [
        row(
            document.commitment_link(code),
            document.commitments[code]["short_title"],
            element(
                "ul",
                [element("li", _step(document, cell)) for cell in found],
                class_="steps",
                role="list",
            ),
        )
        for code, found in by_code.items()
    ]
    name = labels["changes"][change]
    header = [labels["code"], labels["commitment"], labels["members"]]
    return document.table(name, header, body, class_="listing steps-table")


def _step(document: Document, cell: Cell) -> Markup:
    """Return one position that has changed: its member, its status then and now."""
    position = document.positions[cell["commitment"], cell["member"]]
    entry, parts = document.entry_of(position), document.labels["parts"]
    before = position["before"]
    pieces: list[Child] = [
        element("abbr", cell["member"], title=document.member_names[cell["member"]]),
        " ",
    ]
    if before:
        pieces.append(marks.mark(before, parts[before], is_older=True))
    if before and entry:
        pieces.append(" → ")
    if entry:
        pieces.append(marks.mark(entry["status"], parts[entry["status"]]))
    if position["is_withdrawn"]:
        pieces.append(document.signs.note(document.labels["changes"]["withdrawn"]))
    return joined(pieces)


def risks(document: Document) -> Markup:
    """Return what is at risk, and what is past its target date."""
    return joined(_risks(document))


def _risks(document: Document) -> Iterator[Markup]:
    labels, lists = document.labels, document.facts["lists"]

    def what_is_in_the_way(position: PositionRow) -> Child:
        entry = document.entry_of(position)
        return obstacle(document, entry) if entry else None

    def target(position: PositionRow) -> Child:
        return position["target_on"]["text"] if position["target_on"] else None

    yield _risk_table(
        document,
        "table-risk",
        (labels["risk_caption"], labels["obstacles"]),
        lists["at_risk"],
        what_is_in_the_way,
    )
    yield _risk_table(
        document,
        "table-overdue",
        (labels["overdue_caption"], labels["target_on"]),
        lists["overdue"],
        target,
    )


def _risk_table(
    document: Document,
    anchor: str,
    names: tuple[str, str],
    cells: Sequence[Cell],
    last: Callable[[PositionRow], Child],
) -> Markup:
    """Return a table of positions. `names` are its caption and its last column."""
    caption, last_name = names
    labels = document.labels
    if not cells:
        heading = element("h3", caption)
        return element("div", heading, element("p", labels["none_listed"]), id=anchor)
    of_many = [] if document.is_of_one_member else [labels["member"]]
    header = [labels["code"], labels["commitment"], *of_many, labels["status"]]
    body = [_risk_row(document, cell, last) for cell in cells]
    return document.table(
        caption, [*header, last_name], body, anchor=anchor, class_="listing"
    )


def _risk_row(
    document: Document, cell: Cell, last: Callable[[PositionRow], Child]
) -> Markup:
    code, member = cell["commitment"], cell["member"]
    position = document.positions[code, member]
    has_entry = position["entry"] is not None
    return row(
        document.commitment_link(code),
        document.commitments[code]["short_title"],
        *([] if document.is_of_one_member else [document.member_names[member]]),
        marks.status_mark(document, position) if has_entry else None,
        last(position),
    )
