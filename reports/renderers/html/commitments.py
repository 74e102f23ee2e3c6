"""Each commitment in the order of the plan, with the entries of the members."""

from collections.abc import Iterator

from reports.renderers.html import position_marks as marks
from reports.renderers.html.document import Document
from reports.renderers.html.entry import full_entry, short_entry
from reports.renderers.html.markup import Child, Markup, element, joined
from reports.renderers.html.matrix import heading_of_action, heading_of_sub_area
from reports.renderers.outline import shown_actions
from reports.snapshot_schema import (
    ActionRow,
    CommitmentRow,
    PositionRow,
    SubAreaRow,
)

# Headings: the section is an `h2`.
ACTION_LEVEL, AREA_LEVEL = 3, 4


def commitments(document: Document) -> Markup:
    actions = shown_actions(document.facts)
    return joined([_action(document, action) for action in actions])


def _action(document: Document, action: ActionRow) -> Markup:
    heading = element(f"h{ACTION_LEVEL}", heading_of_action(document, action))
    areas = [_sub_area(document, area) for area in action["sub_areas"]]
    anchor = f"action-{action['code']}"
    return element("section", heading, areas, id=anchor, class_="action")


def _sub_area(document: Document, area: SubAreaRow) -> Markup:
    shown = area["commitments"]
    if not area["code"]:
        return joined([_commitment(document, row, AREA_LEVEL) for row in shown])
    return element(
        "section",
        element(f"h{AREA_LEVEL}", heading_of_sub_area(document, area)),
        [_commitment(document, row, AREA_LEVEL + 1) for row in shown],
        id=f"sub-area-{area['code']}",
        class_="sub-area",
    )


def _commitment(document: Document, commitment: CommitmentRow, level: int) -> Markup:
    code, positions = commitment["code"], commitment["positions"]
    has_news = any(row["entry"] or row["change"] == "gone" for row in positions)
    heading = element(
        f"h{level}",
        element("span", code, class_="code"),
        " ",
        commitment["short_title"],
    )
    body = (
        _positions(document, commitment, level + 1)
        if has_news
        else element("p", document.labels["nobody"], class_="muted small")
    )
    return element(
        "section",
        heading,
        body,
        id=f"commitment-{code}",
        class_="commitment" if has_news else "commitment commitment-empty",
    )


def _positions(document: Document, commitment: CommitmentRow, level: int) -> Markup:
    is_compact = document.facts["layout"] == "compact"
    one_entry = short_entry if is_compact else full_entry
    entries = [
        one_entry(document, commitment["code"], position, entry, level)
        for position in commitment["positions"]
        if (entry := document.entry_of(position))
    ]
    return joined(
        [
            document.official(commitment["text"], "p"),
            _remarks(document, commitment),
            None if document.is_of_one_member else _strip(document, commitment),
            _without_entry(document, commitment),
            element("div", entries, class_="entries"),
        ]
    )


def _remarks(document: Document, commitment: CommitmentRow) -> Markup | None:
    found: list[Child] = []
    if commitment["is_joint"]:
        found.append(marks.joint_mark(document))
    if commitment["instruments"]:
        names = ", ".join(commitment["instruments"])
        found.append(document.named(document.labels["instruments"], names))
    if not found:
        return None
    return element("p", joined(found, " · "), class_="small muted")


def _strip(document: Document, commitment: CommitmentRow) -> Markup:
    """Return the marks of all members in one row, each with its words."""
    items = [_strip_item(document, commitment, row) for row in commitment["positions"]]
    label = document.named_text(
        commitment["code"], document.labels["positions_caption"]
    )
    return element("ul", items, class_="strip", role="list", aria_label=label)


def _strip_item(
    document: Document, commitment: CommitmentRow, position: PositionRow
) -> Markup:
    code, member = commitment["code"], position["member"]
    name: Child = element("abbr", member, title=document.member_names[member])
    if position["entry"] is not None:
        name = element("a", name, href=f"#entry-{code}-{member}")
    others = marks.other_words(document, position)
    return element(
        "li",
        element("span", name, class_="strip-member"),
        marks.position_marks(document, position),
        element("span", marks.status_name(document, position)),
        [element("span", word, class_="muted") for word in others],
    )


def _without_entry(document: Document, commitment: CommitmentRow) -> Markup | None:
    """Return who has no entry, and what is known of them nevertheless."""
    silent = [row for row in commitment["positions"] if row["entry"] is None]
    if not silent:
        return None
    name = document.labels["parts"]["not_reported"]
    signs = document.signs
    listed = joined([_silent(document, row) for row in silent], signs.comma)
    words = document.named(element("strong", name), joined([listed, signs.stop]))
    return element("p", words, class_="small")


def _silent(document: Document, position: PositionRow) -> Markup:
    name = document.member_names[position["member"]]
    signs = document.signs
    known = joined(list(_known_of(document, position)), signs.comma)
    return joined([name, signs.opening, known, signs.closing] if known else name)


def _known_of(document: Document, position: PositionRow) -> Iterator[Child]:
    labels = document.labels
    if position["is_withdrawn"]:
        yield labels["changes"]["withdrawn"]
    elif position["change"] == "gone":
        yield labels["changes"]["gone"]
    if position["lead_authority"]:
        yield element("bdi", position["lead_authority"])
    if position["target_on"]:
        yield f"{labels['target_on']} {position['target_on']['text']}"
    if position["is_overdue"]:
        yield labels["overdue"]
