"""One member's entry: its facts at the side, its text and its evidence."""

from collections.abc import Iterator

from progress.entries.markdown_runs import is_web_link
from reports.renderers.entry_language import printed_language
from reports.renderers.evidence import PrintedEvidence, printed_evidence
from reports.renderers.html import position_marks as marks
from reports.renderers.html.document import Document, filled
from reports.renderers.html.markup import Child, Markup, element, joined
from reports.renderers.html.matrix import target
from reports.renderers.markdown_blocks import first_sentence
from reports.snapshot_schema import (
    EntryPart,
    HandlingLabel,
    PositionRow,
)


def full_entry(
    document: Document, code: str, position: PositionRow, entry: EntryPart, level: int
) -> Markup:
    """Return an entry with all its words."""
    return element(
        "article",
        element("div", _side(document, position, entry, level), class_="entry-side"),
        element("div", _texts(document, position, entry), class_="entry-text"),
        id=f"entry-{code}-{position['member']}",
        class_="entry",
    )


def short_entry(
    document: Document, code: str, position: PositionRow, entry: EntryPart, level: int
) -> Markup:
    """Return an entry's first sentence, beside its status."""
    language = document.lang_of(printed_language(entry))
    words = first_sentence(entry["narrative"])
    return element(
        "article",
        _heading(document, position, level),
        element("p", _status_line(document, position, entry), class_="status-line"),
        element("p", words, lang=language, dir="auto", class_="sentence"),
        id=f"entry-{code}-{position['member']}",
        class_="entry entry-short",
    )


def _heading(document: Document, position: PositionRow, level: int) -> Markup:
    return element(f"h{level}", document.member_names[position["member"]])


def handling_mark(handling: HandlingLabel) -> Markup:
    label = f"TLP:{handling.upper()}"
    return element("span", label, class_=f"handling handling-{handling}")


def _status_line(document: Document, position: PositionRow, entry: EntryPart) -> Markup:
    pieces = [marks.status_mark(document, position)]
    if marks.has_arrow(position):
        pieces.append(
            marks.change_mark(position["change"], _change(document, position))
        )
    if entry["is_at_risk"]:
        pieces.append(marks.at_risk_mark(document))
    return joined(pieces, " ")


def _change(document: Document, position: PositionRow) -> str:
    """Return how the status has changed, and from which."""
    words, before = marks.change_name(document, position), position["before"]
    if not before or before == marks.status_of(document, position):
        return words
    labels = document.labels
    return f"{words} {filled(labels['from_status'], status=labels['parts'][before])}"


def _side(
    document: Document, position: PositionRow, entry: EntryPart, level: int
) -> Iterator[Markup]:
    yield _heading(document, position, level)
    yield element("p", _status_line(document, position, entry), class_="status-line")
    yield from _dates(document, position, entry)
    yield from _tracking(document, position)
    if entry["handling"] != document.facts["audience"]:
        yield element("p", handling_mark(entry["handling"]))


def _dates(
    document: Document, position: PositionRow, entry: EntryPart
) -> Iterator[Markup]:
    labels = document.labels
    as_of = f"{labels['entry_as_of']} {entry['as_of']['text']}"
    published = f"{labels['published_at']} {entry['published_at']['text']}"
    said = f"{as_of}{document.signs.comma}{published}"
    yield element("p", said, class_="muted")
    words = marks.flags(document, entry)
    if position["figure"] == "no_update":
        words.insert(0, labels["parts"]["no_update"])
    if words:
        yield element("p", element("em", " · ".join(words)))
    since, confirmed = entry["unchanged_since"], entry["confirmed_at"]
    if since and confirmed:
        sentence = filled(
            labels["unchanged"], since=since["text"], confirmed=confirmed["text"]
        )
        yield element("p", sentence, class_="muted")


def _tracking(document: Document, position: PositionRow) -> Iterator[Markup]:
    labels = document.labels
    if day := target(document, position):
        yield element("p", document.named(labels["target_on"], day))
    if position["lead_authority"]:
        authority = element("bdi", position["lead_authority"])
        yield element("p", document.named(labels["lead_authority"], authority))


def _texts(
    document: Document, position: PositionRow, entry: EntryPart
) -> Iterator[Markup]:
    labels, language = document.labels, printed_language(entry)
    parts = (
        ("", entry["narrative"]),
        (labels["next_steps"], entry["next_steps"]),
        (labels["obstacles"], entry["obstacles"]),
    )
    for name, text in parts:
        if text:
            if name:
                yield element("p", name, class_="part-name")
            yield document.narrative(text, language)
    evidence = printed_evidence(document.envelope, position["entry"], entry)
    if evidence:
        yield element("p", labels["evidence"], class_="part-name")
        notes = [element("li", _note(document, row)) for row in evidence]
        yield element("ol", notes, class_="evidence")


def _note(document: Document, evidence: PrintedEvidence) -> Iterator[Child]:
    """Return an item of evidence: a link, a citation or a file."""
    labels, signs = document.labels, document.signs
    title = element("bdi", evidence["title"])
    url = evidence["url"]
    is_web = is_web_link(url)
    if is_web:
        title = element("a", title, href=url, rel="noopener noreferrer")
    yield title
    if evidence["citation"]:
        yield joined([signs.comma, element("bdi", evidence["citation"])])
    if evidence["accessed_on"]:
        yield signs.note(f"{labels['accessed_on']} {evidence['accessed_on']['text']}")
    if evidence["dead_since"]:
        words = filled(labels["dead_since"], since=evidence["dead_since"]["text"])
        yield joined([" ", element("span", words, class_="tag tag-late")])
    if evidence["withheld"]:
        mark = element("span", evidence["withheld"], class_="tag tag-late")
        yield joined([" ", mark])
    if url:
        yield element("span", element("bdi", url), class_="source")
    if evidence["file"]:
        file = evidence["file"]
        said = [element("bdi", file["name"]), f", {file['size']}, SHA-256 "]
        sha256 = element("code", file["sha256"], class_="hash")
        yield element("span", said, sha256, class_="source")
