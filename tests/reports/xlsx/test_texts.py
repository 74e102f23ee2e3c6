"""What people write reads back equal from a workbook, whatever it looks like."""

from datetime import date
from typing import cast

import pytest
from xlsxwriter.utility import xl_col_to_name

from progress import limits
from reports.renderers.rows import placed
from reports.renderers.xlsx import render_xlsx
from reports.snapshot_schema import EvidenceRow, Snapshot
from tests.progress.sheets.nasty_texts import NASTY
from tests.reports.sample_snapshot import (
    printed_entries,
    sample_snapshot,
    short_snapshot,
    with_facts,
    with_narratives,
)
from tests.reports.xlsx.xlsx_reading import ReadBook

DIGEST = "5e" * 32
# The product refuses these where they are typed. A renderer must not fail or lose them.
CONTROLS = "".join(map(chr, [*range(1, 32), 127, 133, 0x2028]))
TEXTS = [*NASTY, *(f"{control}text" for control in CONTROLS)]
ARABIC, HEBREW = "INTERPOL: لا شيء", "הכשרה של 450 פקידים"


def note(text: str) -> EvidenceRow:
    return {
        "kind": "link",
        "title": text,
        "url": text,
        "accessed_on": None,
        "citation": text,
        "file": {"name": text, "size": "1 kB", "sha256": "ab" * 32},
    }


def with_texts(snapshot: Snapshot, texts: list[str]) -> Snapshot:
    """Return the sample with these texts in every field of its first entries."""
    changed = with_narratives(snapshot, lambda number: texts[number % len(texts)])
    for number, entry in enumerate(printed_entries(changed)):
        text = texts[number % len(texts)]
        short = text if len(text) < 10_000 else "long"
        entry["next_steps"] = entry["obstacles"] = text
        entry["evidence"] = [note(short)]
    return changed


@pytest.fixture(scope="module")
def nasty():
    snapshot = with_texts(sample_snapshot(), TEXTS)
    return snapshot, ReadBook(render_xlsx(snapshot, DIGEST))


def test_every_text_of_an_entry_reads_back_equal(nasty):
    snapshot, book = nasty
    headings = snapshot["facts"]["labels"]["columns"]
    rows = book.table("Entries")
    assert {row[headings["narrative"]] for row in rows} == {*TEXTS}
    for one, row in zip(placed(snapshot["facts"]), rows, strict=True):
        assert one.entry
        assert row[headings["narrative"]] == one.entry["narrative"]
        assert row[headings["next_steps"]] == one.entry["next_steps"]
        assert row[headings["obstacles"]] == one.entry["obstacles"]


def test_every_text_of_evidence_reads_back_equal(nasty):
    snapshot, book = nasty
    words = snapshot["facts"]["labels"]["workbook"]
    rows = book.table("Evidence")
    for one, row in zip(placed(snapshot["facts"]), rows, strict=True):
        assert one.entry
        [text] = [item["title"] for item in one.entry["evidence"]]
        for heading in ("evidence_title", "link", "citation", "file_name"):
            assert row[words[heading]] == text


def test_no_text_is_a_formula_or_an_outside_link(nasty):
    _snapshot, book = nasty
    for name in book.names:
        assert "<f>" not in book.sheet_xml(name)
        assert (
            "r:id"
            not in book.sheet_xml(name)
            .partition("<hyperlinks>")[2]
            .partition("</hyperlinks>")[0]
        )
    assert not any(
        b'TargetMode="External"' in part
        for name, part in book.parts.items()
        if name.endswith(".rels")
    )


def test_days_and_numbers_are_typed_and_texts_that_look_like_them_are_not():
    snapshot = with_texts(short_snapshot(), ["2017-05-26"])
    book = ReadBook(render_xlsx(snapshot, DIGEST))
    headings = snapshot["facts"]["labels"]["columns"]
    row = book.table("Entries")[0]
    assert row[headings["narrative"]] == "2017-05-26"
    assert row[headings["as_of"]] == date(2017, 4, 30)
    assert row[headings["commitment"]] == "1.1.1"
    assert row[headings["evidence_count"]] == 1
    quoted = {
        letter_of(book, headings[name]): name != "as_of" and name != "evidence_count"
        for name in ("narrative", "as_of", "commitment", "evidence_count")
    }
    formats = styles_of(book, "Entries")
    for letter, is_text in quoted.items():
        assert (formats[f"{letter}4"].get("quotePrefix") == "1") == is_text


def letter_of(book, heading):
    """Return the letter of a column of the sheet of entries."""
    return xl_col_to_name(book.rows("Entries")[2].index(heading))


def styles_of(book, sheet):
    """Return the formats of a sheet's cells by their address."""
    [styles] = book.trees("xl/styles")
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    formats = styles.find(f"{space}cellXfs")
    tree = book.trees(f"xl/worksheets/sheet{book.names.index(sheet) + 1}.")[0]
    return {
        cell.get("r"): formats[int(cell.get("s", 0))] for cell in tree.iter(f"{space}c")
    }


def test_arabic_and_hebrew_texts_run_from_the_right():
    snapshot = with_texts(short_snapshot(), [HEBREW, "INTERPOL", "=1"])
    book = ReadBook(render_xlsx(snapshot, DIGEST))
    headings = snapshot["facts"]["labels"]["columns"]
    letter = letter_of(book, headings["narrative"])
    formats = styles_of(book, "Entries")
    alignments = [
        cast("dict[str, str]", dict(formats[f"{letter}{row}"][0].items()))
        for row in (4, 5, 6)
    ]
    assert [one.get("readingOrder") for one in alignments] == ["2", None, None]
    assert [one.get("horizontal") for one in alignments] == ["right", None, None]
    assert {formats[f"{letter}{row}"].get("quotePrefix") for row in (4, 5, 6)} == {"1"}


def test_the_longest_texts_of_an_entry_fit():
    snapshot = with_texts(short_snapshot(), ["👩" * limits.NARRATIVE])
    for entry in printed_entries(snapshot):
        entry["evidence"] = [note("e" * 300)] * limits.EVIDENCE_ITEMS
    book = ReadBook(render_xlsx(snapshot, DIGEST))
    headings = snapshot["facts"]["labels"]["columns"]
    assert book.table("Entries")[0][headings["narrative"]] == "👩" * limits.NARRATIVE
    assert book.table("Entries")[0][headings["evidence"]].count("\n") == 19


def test_a_row_is_as_high_as_its_text_as_far_as_programs_allow():
    lengths = [10, 1000, 10_000]
    texts = ["word " * (one // 5) for one in lengths]
    snapshot = with_narratives(short_snapshot(), lambda number: texts[number % 3])
    book = ReadBook(render_xlsx(snapshot, DIGEST))
    [tree] = book.trees("xl/worksheets/sheet3.")
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    heights = [float(row.get("ht", 0)) for row in tree.iter(f"{space}row")][3:6]
    assert heights[0] < 50 < 200 < heights[1] < 400 < heights[2] <= 409


def test_titles_from_outside_are_texts_too():
    """The names of plans, stocktakes and commitments are typed by people as well."""
    snapshot = short_snapshot()
    facts = snapshot["facts"]
    plan = {**facts["plan"], "title": "=1+1", "short_title": "&P" * 30}
    changed = with_facts(snapshot, plan=plan)
    book = ReadBook(render_xlsx(changed, DIGEST))
    said = {row[0]: row[1] for row in book.rows("About")}
    assert said["Plan"] == "=1+1"
    assert not any("<f>" in book.sheet_xml(name) for name in book.names)
    assert "&amp;&amp;P" in book.sheet_xml("Matrix")
