"""The first part of the page: what it is, who may read it, and its contents."""

from collections.abc import Iterator
from html import escape
from typing import Literal, NamedTuple

from reports.renderers.html.annex import sha256
from reports.renderers.html.document import Document, filled
from reports.renderers.html.entry import handling_mark
from reports.renderers.html.markup import Child, Markup, drawing, element, joined
from reports.renderers.html.matrix import heading_of_action, heading_of_sub_area
from reports.renderers.marks import (
    Mark,
    Marks,
    document_title,
    marks_of,
    qr_words,
    short_circulation,
)
from reports.renderers.outline import (
    PrintedSection,
    has_long_contents,
    printed_sections,
    section_before_risks,
    shown_actions,
)
from reports.renderers.qr import qr_svg
from reports.snapshot_schema import ActionRow, SubAreaRow

Part = PrintedSection | Literal["risks"]


class PageHeading(NamedTuple):
    """The heading of a part of the page: its anchor and its name."""

    part: Part
    name: str

    @property
    def anchor(self) -> str:
        return f"section-{self.part}"


def headings(document: Document) -> Iterator[PageHeading]:
    """Yield the headings of the parts that are printed, in order."""
    facts, labels = document.facts, document.labels
    names: dict[PrintedSection, str] = {
        "summary": labels["summary"],
        "matrix": labels["matrix"],
        "mix": labels["mix"],
        "changes": labels["changes_heading"],
        "commitments": labels["commitments"],
        "scores": facts["scores"]["labels"]["heading"] if "scores" in facts else "",
        "gaps": labels["gaps"],
        "instruments": labels["instruments_index"] if facts["instruments"] else "",
        "entries": labels["entries_index"],
        "acronyms": labels["acronyms"] if facts["acronyms"] else "",
        "method": labels["annex"],
    }
    for section in printed_sections(facts):
        if names[section]:
            yield PageHeading(section, names[section])
        if section == section_before_risks(facts):
            yield PageHeading("risks", labels["risks"])


def page_title(document: Document) -> str:
    """Return the title of the page: the handling mark, the kind, and what about."""
    return f"{_marks(document).handling.value} {document_title(document.snapshot)}"


def _marks(document: Document) -> Marks:
    return marks_of(document.snapshot, document.digest)


def running_head(document: Document) -> Markup:
    """Return the line that stays in sight, and that is on every printed page."""
    facts, labels = document.facts, document.labels
    names = (
        facts["plan"]["summit"]["name"],
        facts["title"],
        facts["scope"]["title"],
        short_circulation(document.snapshot),
    )
    is_illustrative = document.envelope["is_illustrative"]
    has_contents = not is_one_page(document)
    link = element("a", labels["contents"], href="#contents", class_="to-contents")
    line = element(
        "div",
        handling_mark(facts["audience"]),
        element("span", " · ".join(filter(None, names)), class_="running-name"),
        element("strong", labels["illustrative"], class_="illustrative-tag")
        if is_illustrative
        else None,
        link if has_contents else None,
    )
    return element("header", line, class_="running-head")


def is_one_page(document: Document) -> bool:
    """Return whether the report is a single table, without contents."""
    return document.facts["sections"] == ["gaps"]


def front(document: Document) -> Markup:
    facts, labels = document.facts, document.labels
    marks = _marks(document)
    scope = facts["scope"]["title"]
    has_figures = bool(facts["entries"]) and not is_one_page(document)
    return element(
        "div",
        element(
            "p",
            element("span", marks.issuer.value) if marks.issuer.value else None,
            element("strong", marks.circulation.value, class_="circulation"),
            class_="issuer",
        ),
        _check(document, marks),
        element("p", facts["title"], class_="kind"),
        element("h1", scope or document.official(facts["plan"]["title"])),
        _big_figures(document) if has_figures else None,
        element(
            "dl",
            [
                [element("dt", name), element("dd", value)]
                for name, value in _facts(document, marks)
            ],
            class_="facts",
        ),
        element(
            "div",
            element("p", labels["illustrative"], class_="notice-title"),
            element("p", labels["illustrative_note"]),
            class_="notice",
        )
        if document.envelope["is_illustrative"]
        else None,
        class_="front",
    )


def _check(document: Document, marks: Marks) -> Markup | None:
    """Return the code with its picture, and what a reader does with them."""
    if not marks.code.value:
        return None
    words = escape(qr_words(document.snapshot))
    look = f' role="img" class="qr" aria-label="{words}"'
    picture = drawing(qr_svg(document.envelope["verify_url"], look))
    code = element("code", marks.code.value, class_="check-code")
    said = element(
        "div",
        element("p", document.named(marks.code.label, code)),
        element("p", marks.verify.value),
    )
    return element("div", said, picture, class_="check")


def _big_figures(document: Document) -> Markup:
    labels, overall = document.labels, document.facts["figures"]["overall"]
    implemented = filled(labels["big_implemented"], of=str(overall["cells"]))
    figures = (
        (overall["in_all"]["implemented"], implemented, "table-mix"),
        (overall["at_risk_in_all"], labels["big_at_risk"], "table-risk"),
        (overall["overdue"], labels["big_overdue"], "table-overdue"),
    )
    return element(
        "dl",
        [
            element(
                "div",
                element("dt", name),
                element("dd", document.reference(anchor, str(count))),
            )
            for count, name, anchor in figures
        ],
        class_="big-figures",
    )


def _facts(document: Document, marks: Marks) -> Iterator[tuple[Child, Child]]:
    """Yield each fact that the page begins with: its label and its value.

    All marks are among them. The note on illustrative data has a box of its own.
    """
    facts, labels, envelope = document.facts, document.labels, document.envelope
    plan, summit = facts["plan"], facts["plan"]["summit"]
    yield marks.handling.label, handling_mark(facts["audience"])
    yield from _shown(marks.audience, marks.circulation, marks.kind, marks.scope)
    yield marks.plan.label, document.official(marks.plan.value)
    places = filter(None, (summit["name"], summit["place"], summit["dates"]))
    yield labels["summit"], document.signs.comma.join(places)
    yield labels["adopted_on"], plan["adopted_on"]["text"]
    yield from _shown(marks.stocktake)
    if facts["stocktake"]:
        yield labels["due_at"], facts["stocktake"]["due_at"]["text"]
    if facts["compared"]:
        yield labels["compared"], facts["compared"]["title"]
    yield marks.at.label, element("strong", marks.at.value)
    yield marks.known_at.label, element("strong", marks.known_at.value)
    yield labels["compiled_at"], envelope["requested_at"]["text"]
    yield from _shown(marks.issuer, marks.language)
    yield labels["members"], " · ".join(row["name"] for row in facts["members"])
    for mark in (marks.number, marks.snapshot_sha256, marks.facts_sha256):
        yield mark.label, sha256(mark.value)
    if envelope["ledger_head_at"]:
        since = f" {labels['known_at']} {envelope['ledger_head_at']['text']}"
        head = [sha256(marks.ledger_head.value), since]
        yield marks.ledger_head.label, head
    yield labels["query"], sha256(envelope["query"])


def _shown(*marks: Mark) -> Iterator[tuple[str, str]]:
    yield from (mark for mark in marks if mark.value)


def contents(document: Document) -> Markup:
    """Return the contents: every section, and every commitment in a full report."""
    items = [
        _item(
            heading.anchor,
            heading.name,
            _plan(document) if heading.part == "commitments" else None,
        )
        for heading in headings(document)
    ]
    return element(
        "nav",
        element("h2", document.labels["contents"], id="contents-title"),
        element("ul", items, role="list"),
        id="contents",
        class_="contents",
        aria_labelledby="contents-title",
    )


def _item(anchor: str, name: Child, below: Markup | None = None) -> Markup:
    return element("li", element("a", name, href=f"#{anchor}"), below)


def _plan(document: Document) -> Markup | None:
    facts = document.facts
    if not has_long_contents(facts):
        return None
    actions = [_of_action(document, action) for action in shown_actions(facts)]
    return element("ul", actions, role="list")


def _of_action(document: Document, action: ActionRow) -> Markup:
    areas = [_of_area(document, area) for area in action["sub_areas"]]
    below = element("ul", areas, role="list")
    name = heading_of_action(document, action)
    return _item(f"action-{action['code']}", name, below)


def _of_area(document: Document, area: SubAreaRow) -> Markup:
    items = [
        _item(f"commitment-{row['code']}", f"{row['code']} {row['short_title']}")
        for row in area["commitments"]
    ]
    if not area["code"]:
        return joined(items)
    name = heading_of_sub_area(document, area)
    below = element("ul", items, role="list")
    return _item(f"sub-area-{area['code']}", name, below)
