"""Commitments by members, one mark a cell; or the positions of a single member."""

from collections.abc import Iterator
from typing import Final

from reports.renderers.html import position_marks as marks
from reports.renderers.html.document import Document, number, number_head, row
from reports.renderers.html.markup import Markup, element, joined
from reports.snapshot_schema import (
    ActionRow,
    CommitmentRow,
    FigureRow,
    PositionRow,
    SubAreaRow,
)

ANCHOR: Final = "table-matrix"
# Columns beside the members: see `_totals`.
TOTALS: Final = 3


def matrix(document: Document) -> Markup:
    labels, members = document.labels, document.facts["members"]
    heads = [
        element(
            "th",
            element("abbr", member["code"], title=member["name"]),
            scope="col",
        )
        for member in members
    ]
    return joined(
        [
            marks.legend(document),
            document.table(
                labels["matrix_caption"],
                [labels["commitment"], *heads, *_total_heads(document)],
                _rows(document),
                foot=_total_rows(document),
                anchor=ANCHOR,
                class_="report-matrix",
            ),
            element(
                "p",
                " · ".join(f"{member['code']} {member['name']}" for member in members),
                class_="small muted",
            ),
        ]
    )


def _total_heads(document: Document) -> list[Markup]:
    return [number_head(name) for name in _total_names(document)]


def _total_names(document: Document) -> list[str]:
    labels = document.labels
    return [labels["with_entry"], labels["parts"]["implemented"], labels["at_risk"]]


def _totals(figures: FigureRow) -> list[int]:
    """Return the totals of a row or a column, from the same figures as the tables."""
    with_entry = figures["cells"] - figures["parts"]["not_reported"]
    return [with_entry, figures["in_all"]["implemented"], figures["at_risk_in_all"]]


def _rows(document: Document) -> Iterator[Markup]:
    figures = {row["code"]: row for row in document.facts["figures"]["commitments"]}
    for action in document.facts["actions"]:
        yield _group_row(document, heading_of_action(document, action))
        for area in action["sub_areas"]:
            if area["code"]:
                name = heading_of_sub_area(document, area)
                yield _group_row(document, name, "group-row group-row-minor")
            for commitment in area["commitments"]:
                totals = _totals(figures[commitment["code"]])
                yield _row(document, commitment, totals)


def _group_row(document: Document, name: Markup, class_: str = "group-row") -> Markup:
    span = str(1 + len(document.facts["members"]) + TOTALS)
    head = element("th", element("span", name), colspan=span, scope="colgroup")
    return element("tr", head, class_=class_)


def heading_of_action(document: Document, action: ActionRow) -> Markup:
    """Return "Action 1: CT Measures". Only the title is adopted wording."""
    before = action["heading"].removesuffix(action["title"])
    return joined([before, document.official(action["title"])])


def heading_of_sub_area(document: Document, area: SubAreaRow) -> Markup:
    code = element("span", area["code"], class_="code")
    return joined([code, " ", document.official(area["title"])])


def _row(document: Document, commitment: CommitmentRow, totals: list[int]) -> Markup:
    head = [
        document.commitment_link(commitment["code"]),
        " ",
        commitment["short_title"],
        joined([" ", marks.joint_sign(document)]) if commitment["is_joint"] else None,
    ]
    cells = [_cell(document, commitment, it) for it in commitment["positions"]]
    return row(joined(head), *cells, *map(number, totals))


def _cell(
    document: Document, commitment: CommitmentRow, position: PositionRow
) -> Markup:
    """Return a cell: marks, and their words for those who cannot see them."""
    code, member = commitment["code"], position["member"]
    words = marks.words_of(document, position)
    place = f"{code}, {document.member_names[member]}"
    body = joined(
        [
            marks.position_marks(document, position),
            element(
                "span", document.named_text(place, words), class_="visually-hidden"
            ),
        ]
    )
    has_place = code in document.shown_codes and position["entry"] is not None
    if has_place:
        body = element("a", body, href=f"#entry-{code}-{member}", title=words)
    status = marks.status_of(document, position)
    is_older = position["figure"] == "no_update"
    wash = "cell-past" if is_older else f"cell-{status}"
    return element("td", body, class_=f"mark-cell {wash}")


def _total_rows(document: Document) -> list[Markup]:
    """Return a row of each total for the members. The corner has that of all."""
    figures = document.facts["figures"]
    overall = _totals(figures["overall"])
    rows = []
    for place, name in enumerate(_total_names(document)):
        counts = [_totals(member)[place] for member in figures["members"]]
        corner = [
            number(overall[place]) if place == column else element("td")
            for column in range(TOTALS)
        ]
        rows.append(row(name, *map(number, counts), *corner))
    return rows


def positions(document: Document) -> Markup:
    """Return the positions of one member: what the matrix is for many."""
    labels = document.labels
    header = [
        labels["code"], labels["commitment"], labels["status"], labels["change"],
        labels["entry_as_of"], labels["target_on"],
    ]  # fmt: skip
    body = [_position_row(document, it) for it in document.commitments.values()]
    return document.table(
        labels["positions_caption"], header, body, anchor=ANCHOR, class_="listing"
    )


def _position_row(document: Document, commitment: CommitmentRow) -> Markup:
    position = commitment["positions"][0]
    entry = document.entry_of(position)
    return row(
        document.commitment_link(commitment["code"]),
        commitment["short_title"],
        joined([marks.status_mark(document, position), _risk(document, position)]),
        change(document, position),
        entry["as_of"]["text"] if entry else None,
        target(document, position),
    )


def _risk(document: Document, position: PositionRow) -> Markup | None:
    entry = document.entry_of(position)
    is_at_risk = entry is not None and entry["is_at_risk"]
    return joined([" ", marks.at_risk_mark(document)]) if is_at_risk else None


def change(document: Document, position: PositionRow) -> Markup | None:
    """Return how a position has changed, with its mark."""
    if not marks.has_arrow(position):
        return None
    return marks.change_mark(position["change"], marks.change_name(document, position))


def target(document: Document, position: PositionRow) -> Markup | None:
    """Return the target date, and whether it has passed."""
    day = position["target_on"]
    if day is None:
        return None
    if not position["is_overdue"]:
        return joined(day["text"])
    note = document.signs.note(document.labels["overdue"])
    return joined([element("strong", day["text"]), note])
