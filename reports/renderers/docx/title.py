"""The first page: what the document is, its three main figures and its marks."""

from collections.abc import Iterator
from typing import Final

from reports.renderers.docx.annex import facts_table, hash_cell
from reports.renderers.docx.elements import (
    TableCell,
    TableStyle,
    cell,
    paragraph,
    run,
    strong,
    styled,
    words_cell,
)
from reports.renderers.docx.signs import tlp
from reports.renderers.docx.story import OFFICIAL, WIDTH_MM, Story
from reports.renderers.marks import Marks, marks_of, qr_words
from reports.renderers.qr import qr_png

QR_MM: Final = 26.0


def title_page(story: Story) -> None:
    """Write the title, the figures and the marks."""
    facts, marks = story.facts, marks_of(story.snapshot, story.digest)
    issuer = marks.issuer.value
    head = [run(f"{issuer}    ")] if issuer else []
    story.write("Note", *head, styled(f" {marks.circulation.value} ", "Boxed"))
    if marks.code.value:
        _check(story, marks)
    story.write("Subtitle", run(facts["title"]))
    scope = facts["scope"]["title"]
    name = run(scope) if scope else run(facts["plan"]["title"], OFFICIAL)
    story.write("Title", name)
    if marks.illustrative.value:
        label, note = marks.illustrative
        story.write("Normal", strong(story.named(label, "")), run(note))
    if facts["entries"] and "gaps" not in facts["sections"][:1]:
        _big_figures(story)
    facts_table(story, [*_rows(story, marks)])


def _check(story: Story, marks: Marks) -> None:
    """Write the code with its picture, and what a reader does with them."""
    label, code = marks.code
    content, words = qr_png(story.envelope["verify_url"]), qr_words(story.snapshot)
    picture = story.picture(content, "qr", QR_MM, label, words)
    said = [
        paragraph("TableText", [run(story.named(label, "")), styled(code, "Strong")]),
        paragraph("Note", [run(marks.verify.value)]),
    ]
    widths = (WIDTH_MM - QR_MM - 2, QR_MM + 2)
    style = TableStyle(widths, headers=0, description=marks.verify.label)
    story.table(style, [[TableCell(said), cell(picture)]])


def _big_figures(story: Story) -> None:
    labels, overall = story.labels, story.facts["figures"]["overall"]
    implemented = labels["big_implemented"].replace("{of}", str(overall["cells"]))
    cells = [
        TableCell(
            [
                paragraph("Picture", [story.reference(anchor, str(count), "Figure")]),
                paragraph("Note", [run(name)]),
            ]
        )
        for count, name, anchor in (
            (overall["in_all"]["implemented"], implemented, "table-mix"),
            (overall["at_risk_in_all"], labels["big_at_risk"], "table-risk"),
            (overall["overdue"], labels["big_overdue"], "table-overdue"),
        )
    ]
    story.table(TableStyle([WIDTH_MM / 3] * 3, headers=0), [cells])


def _rows(story: Story, marks: Marks) -> Iterator[tuple[str, TableCell]]:
    """Yield the marks, and what else the first page of the PDF has."""
    cells = {
        marks.handling: cell(tlp(story.facts["audience"])),
        marks.plan: cell(run(marks.plan.value, OFFICIAL)),
        marks.at: cell(strong(marks.at.value)),
        marks.known_at: cell(strong(marks.known_at.value)),
        marks.number: hash_cell(marks.number.value),
        marks.snapshot_sha256: hash_cell(marks.snapshot_sha256.value),
        marks.facts_sha256: hash_cell(marks.facts_sha256.value),
        marks.ledger_head: hash_cell(marks.ledger_head.value),
    }
    hashes = (
        marks.number,
        marks.snapshot_sha256,
        marks.facts_sha256,
        marks.ledger_head,
    )
    elsewhere = {*hashes, marks.illustrative, marks.code, marks.verify}
    for mark in marks:
        if mark not in elsewhere:
            yield mark.label, cells.get(mark, words_cell(mark.value))
    yield from _more_rows(story)
    for mark in hashes:
        if mark.value:
            yield mark.label, cells[mark]
    yield story.labels["query"], hash_cell(story.envelope["query"])


def _more_rows(story: Story) -> Iterator[tuple[str, TableCell]]:
    facts, labels, summit = story.facts, story.labels, story.facts["plan"]["summit"]
    names = filter(None, (summit["name"], summit["place"], summit["dates"]))
    yield labels["summit"], words_cell(story.signs.comma.join(names))
    yield labels["adopted_on"], words_cell(facts["plan"]["adopted_on"]["text"])
    if facts["stocktake"] is not None:
        yield labels["due_at"], words_cell(facts["stocktake"]["due_at"]["text"])
    if facts["compared"] is not None:
        yield labels["compared"], words_cell(facts["compared"]["title"])
    yield labels["compiled_at"], words_cell(story.envelope["requested_at"]["text"])
    yield labels["members"], words_cell(" · ".join(story.members.values()))
