"""The annexes: instruments, entries with hashes, acronyms, method and versions."""

from collections.abc import Iterator
from typing import Final

from reports.renderers.docx.elements import (
    Element,
    TableCell,
    TableStyle,
    cell,
    run,
    styled,
    words_cell,
)
from reports.renderers.docx.story import WIDTH_MM, Story
from reports.snapshot_schema import CommitmentRow

LABEL_MM: Final = 44.0


def instruments(story: Story) -> None:
    """Write the index of the instruments that the commitments name."""
    facts, labels = story.facts, story.labels
    if not facts["instruments"]:
        return
    story.section(labels["instruments_index"], runs_on=True)
    story.caption(labels["document"]["instruments_caption"], "table-instruments")
    names = (
        labels["instrument"],
        labels["instrument_kind"],
        labels["instrument_owner"],
        labels["commitments_short"],
    )
    rows = [[words_cell(name, "TableHeading") for name in names]]
    for item in facts["instruments"]:
        codes: list[Element] = []
        for code in item["commitments"]:
            codes += [run(story.signs.comma)] if codes else []
            codes.append(story.code(code))
        words = (item["name"], item["kind"], item["owner"])
        rows.append([*map(words_cell, words), cell(*codes)])
    story.table(TableStyle((56, 38, 34, WIDTH_MM - 128)), rows)


def entries(story: Story) -> None:
    """Write the list of entries, each with the hash of its content."""
    labels = story.labels
    story.section(labels["entries_index"], runs_on=True)
    story.caption(labels["entries_caption"], "table-entries")
    names = ("code", "member", "entry_as_of", "published_at", "entry_sha256")
    rows = [[words_cell(labels[name], "TableHeading") for name in names]]  # type: ignore[literal-required]
    for commitment in story.commitments.values():
        rows += _entry_rows(story, commitment)
    story.table(TableStyle((13, 16, 25, 25, WIDTH_MM - 79)), rows)


def _entry_rows(story: Story, commitment: CommitmentRow) -> Iterator[list[TableCell]]:
    for position in commitment["positions"]:
        entry = story.entry_of(position)
        if entry is not None:
            yield [
                cell(story.code(commitment["code"], position["member"])),
                words_cell(position["member"]),
                words_cell(entry["as_of"]["text"]),
                words_cell(entry["published_at"]["text"]),
                cell(styled(entry["content_sha256"], "Hash")),
            ]


def acronyms(story: Story) -> None:
    """Write the acronyms with their meaning."""
    facts, labels = story.facts, story.labels
    if not facts["acronyms"]:
        return
    story.section(labels["acronyms"], runs_on=True)
    names = (labels["document"]["acronym"], labels["document"]["meaning"])
    rows = [[words_cell(name, "TableHeading") for name in names]]
    rows += [
        [words_cell(item["acronym"]), words_cell(item["meaning"])]
        for item in facts["acronyms"]
    ]
    story.table(TableStyle((LABEL_MM, WIDTH_MM - LABEL_MM)), rows)


def method(story: Story) -> None:
    """Write how the report was made, and the versions of what made it."""
    story.section(story.labels["annex"])
    for section in story.facts["method"]:
        story.write("SummaryHeading", run(section["heading"]))
        for words in section["paragraphs"]:
            story.write("Normal", run(words))
    _queries(story)
    _versions(story)


def _queries(story: Story) -> None:
    labels, queries = story.labels, story.envelope["queries"]
    if not queries:
        return
    story.write("SummaryHeading", run(labels["queries"]))
    rows = [[words_cell(labels[name], "TableHeading") for name in ("table", "query")]]
    rows += [
        [cell(story.reference(row["table"], row["name"])), hash_cell(row["query"])]
        for row in queries
    ]
    story.table(TableStyle((LABEL_MM, WIDTH_MM - LABEL_MM)), rows)


def _versions(story: Story) -> None:
    labels, envelope = story.labels, story.envelope
    made = envelope["versions"]
    rows = [
        (labels["snapshot"], hash_cell(story.digest)),
        (labels["facts"], hash_cell(envelope["facts_sha256"])),
        (labels["ledger_head"], hash_cell(envelope["ledger_head"])),
        (labels["report_id"], hash_cell(envelope["id"])),
        (labels["plan_source"], hash_cell(story.facts["plan"]["source_sha256"])),
        (labels["product"], words_cell(made["product"])),
        (labels["renderer"], hash_cell(made["renderer_sha256"])),
        (
            labels["document"]["library"],
            words_cell(f"python-docx {made['python_docx']}"),
        ),
    ]
    if not envelope["ledger_head"]:
        del rows[2]
    story.write("SummaryHeading", run(labels["versions"]))
    facts_table(story, rows)


def facts_table(story: Story, rows: list[tuple[str, TableCell]]) -> None:
    """Write names with their values."""
    style = TableStyle((LABEL_MM, WIDTH_MM - LABEL_MM), headers=0)
    story.table(style, [[cell(styled(name, "Quiet")), value] for name, value in rows])


def hash_cell(text: str) -> TableCell:
    """Return a cell with a hash, a number or a query."""
    return cell(styled(text, "Hash"))
