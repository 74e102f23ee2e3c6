"""Tests of texts: nothing is lost, and each has its language, direction and voice."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import pytest
from docx.document import Document as DocxDocument

from progress.entries.markdown_dialect import read_blocks
from progress.entries.markdown_dialect import text_of as words_of
from progress.entries.markdown_runs import VISIBLE_MARK
from reports.renderers.docx import render_docx
from reports.snapshot_schema import EvidenceRow, Snapshot
from tests.progress.entries.hostile_texts import HOSTILE_TEXTS
from tests.progress.sheets.nasty_texts import NASTY
from tests.reports.docx.docx_reading import (
    W,
    below,
    elements,
    headings,
    opened,
    style_of,
    text_of,
    value,
)
from tests.reports.sample_parts import MEMBERS, SHA256
from tests.reports.sample_snapshot import (
    printed_entries,
    short_snapshot,
    with_envelope,
    with_facts,
    with_narratives,
)

LONGEST = 10_000
COUNT = len(MEMBERS)
ARABIC = "مرحبا **بالعالم**\n\n- نقطة\n  - أخرى\n\n1. واحد\n\nالعام\tالعدد\n٢٠١٦\t١٢"
STYLES_OF_TEXTS = {"MemberText", "ListBullet", "ListNumber", "ListContinue"}


def commitments_only(snapshot: Snapshot) -> Snapshot:
    """Without the other sections, which take longer and say nothing here."""
    return with_facts(snapshot, sections=["commitments"])


def only(text: str, **changes: Any) -> Snapshot:
    """One commitment, of which every member wrote this text alone."""
    return each([text] * COUNT, **changes)


def each(texts: Sequence[str], **changes: Any) -> Snapshot:
    """One commitment, of which each member wrote one of these texts."""
    snapshot = with_narratives(short_snapshot(), texts.__getitem__)
    entries: Any = deepcopy(snapshot["facts"]["entries"])
    for entry in entries.values():
        entry.update({"next_steps": "", "obstacles": "", "evidence": [], **changes})
    return commitments_only(with_facts(snapshot, entries=entries))


def document_of(snapshot: Snapshot) -> DocxDocument:
    return opened(render_docx(snapshot, SHA256, font_dirs=()))


def texts_in(document: DocxDocument, number: int = 0) -> list[Any]:
    """The paragraphs and tables of the text of one entry."""
    styles = {*STYLES_OF_TEXTS, ""}
    return [it for it in below(document, number) if style_of(it) in styles]


def texts_of(snapshot: Snapshot) -> list[Any]:
    return texts_in(document_of(snapshot))


def told(blocks: list[Any]) -> str:
    return "\n".join(text_of(it) for block in blocks for it in block.iter(f"{W}p"))


def in_one(text: str) -> str:
    return "".join(text.split())


def read_back(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each text with what a reader finds of it in a document."""
    for start in range(0, len(texts), COUNT):
        some = [*texts[start : start + COUNT]]
        document = document_of(each([*some, *[""] * (COUNT - len(some))]))
        for number, text in enumerate(some):
            yield text, told(texts_in(document, number))


def test_every_text_of_a_list_of_nasty_ones_reads_back_equal():
    for text, said in read_back([text for text in NASTY if len(text) <= LONGEST]):
        for words in words_of(read_blocks(text)):
            assert in_one(words) in in_one(said)


@pytest.mark.long
def test_hostile_texts_lose_no_letter():
    for text, said in read_back([*HOSTILE_TEXTS.values()]):
        assert said.count("x") == text.count("x")


def test_what_no_file_can_hold_is_shown_as_a_mark():
    (block,) = texts_of(only("a\x00b\x1fc\u202ed\ufffee"))
    assert text_of(block) == f"a{VISIBLE_MARK}b{VISIBLE_MARK}c" + (
        f"{VISIBLE_MARK}d{VISIBLE_MARK}e"
    )


def test_a_title_of_any_length_is_written_into_the_properties():
    snapshot = only("x")
    title = "Plan\x00 " + "long " * 100
    snapshot["facts"]["plan"] = {**snapshot["facts"]["plan"], "title": title}
    properties = document_of(snapshot).core_properties
    assert len(properties.title) == 255
    assert f"Plan{VISIBLE_MARK} long long" in properties.title


def test_numbers_stay_as_typed_and_lists_are_lists_at_any_depth():
    blocks = texts_of(only("- a\n  - b\n    - c\n\n26. d\n27) e\n   - f"))
    assert [(style_of(it), text_of(it)) for it in blocks] == [
        ("ListBullet", "a"),
        ("ListBullet", "b"),
        ("ListBullet", "c"),
        ("ListNumber", "26.\td"),
        ("ListNumber", "27)\te"),
        ("ListBullet", "f"),
    ]
    levels = [value(it) for block in blocks for it in block.iter(f"{W}ilvl")]
    assert levels == ["0", "1", "2", "1"]


def test_bold_words_and_line_ends_are_kept():
    (block,) = texts_of(only("one **two\nthree** four"))
    assert text_of(block) == "one two\nthree four"
    bold = [text_of(run) for run in block.iter(f"{W}r") if [*run.iter(f"{W}b")]]
    assert bold == ["two", "three"]


def test_a_table_is_a_table_with_its_header():
    (table,) = (
        it
        for it in texts_of(
            only("| Year | Trained |\n| --- | --- |\n| 2016 | 12 |\n| 2017 |")
        )
        if it.tag == f"{W}tbl"
    )
    rows = [[text_of(it) for it in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
    assert rows == [["Year", "Trained"], ["2016", "12"], ["2017"]]
    assert len([*table.iter(f"{W}tblHeader")]) == 1
    assert [value(it) for it in table.iter(f"{W}gridSpan")] == ["2"]


def test_each_text_has_its_language():
    snapshot = only("Texte", language="fr-CA")
    for block in texts_of(snapshot):
        for run in block.iter(f"{W}r"):
            (mark,) = run.iter(f"{W}lang")
            assert {value(mark, name) for name in ("val", "eastAsia", "bidi")} == {
                "fr-CA"
            }


def test_japanese_is_marked_where_its_language_is_not_known():
    (block,) = texts_of(only("日本は照会を開始した。"))
    (mark,) = block.iter(f"{W}lang")
    assert value(mark, "eastAsia") == "ja-JP"


def test_the_adopted_wording_is_english_and_in_a_style_of_its_own(sample):
    wording = [it for it in elements(sample, "p") if style_of(it) == "OfficialWording"]
    assert wording
    for paragraph in wording:
        assert {value(mark) for mark in paragraph.iter(f"{W}lang")} == {"en-GB"}
    serif, sans = (
        sample.styles[name].font.name for name in ("Official Wording", "Normal")
    )
    assert serif != sans
    assert sample.styles["Member Text"].base_style.name == "Normal"
    assert sample.styles["Member Text"].font.name is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_document_is_in_the_language_of_the_report(language):
    snapshot = with_facts(only("x"), language=language)
    document = document_of(snapshot)
    (mark,) = document.styles.element.find(f"{W}docDefaults").iter(f"{W}lang")
    assert value(mark).partition("-")[0] == language
    assert document.core_properties.language == language


def test_arabic_runs_from_right_to_left():
    blocks = texts_of(only(ARABIC, language="ar"))
    paragraphs = [it for block in blocks for it in block.iter(f"{W}p") if text_of(it)]
    lettered = [it for it in paragraphs if any(map(str.isalpha, text_of(it)))]
    runs = [run for it in lettered for run in it.iter(f"{W}r")]
    assert len(lettered) == 6
    assert all([*it.iter(f"{W}bidi")] for it in lettered)
    assert all([*it.iter(f"{W}rtl")] for it in runs)
    (table,) = (it for it in blocks if it.tag == f"{W}tbl")
    assert [*table.iter(f"{W}bidiVisual")]


def test_a_text_from_left_to_right_has_no_mark_of_direction(sample):
    assert not elements(sample, "rtl")
    assert not elements(sample, "bidi")


# ---- Links and evidence --------------------------------------------------------------


def targets(document: DocxDocument) -> set[str]:
    rels = document.part.rels.values()
    return {rel.target_ref for rel in rels if rel.is_external}


def test_only_web_addresses_are_links():
    text = (
        "[a](https://example.org/?a=b&c=d) [b](mailto:a@example.org) [c](ftp://x.org/)"
    )
    document = document_of(only(text))
    assert targets(document) == {"https://example.org/?a=b&c=d"}
    assert "b (mailto:a@example.org)" in told(below(document, 0))


def test_evidence_is_numbered_notes_with_links():
    file = {"name": "a.pdf", "size": "1 MB", "sha256": SHA256}
    rows = [
        note(title="Report", url="https://example.org/1"),
        note(title="Script", url="javascript:alert(1)"),
        note(kind="citation", title="Cm 9420", citation="chapter 4"),
        note(kind="file", title="Annex", file=file),
    ]
    document = document_of(only("x", evidence=rows))
    notes = [it for it in below(document, 0) if style_of(it) == "Evidence"]
    assert [text_of(it) for it in notes] == [
        "[1]\tReport\nhttps://example.org/1",
        "[2]\tScript\njavascript:alert(1)",
        "[3]\tCm 9420, chapter 4",
        f"[4]\tAnnex\na.pdf, 1 MB, SHA-256 {SHA256}",
    ]
    assert targets(document) == {"https://example.org/1"}


def test_an_address_has_only_what_word_accepts_in_one():
    rows = [note(title="Report", url='https://example.org/a b{c}?d=é|"e"')]
    document = document_of(only("x", evidence=rows))
    assert targets(document) == {"https://example.org/a%20b%7Bc%7D?d=é%7C%22e%22"}
    (block,) = (it for it in below(document, 0) if style_of(it) == "Evidence")
    assert text_of(block).endswith(rows[0]["url"])


def note(**changes: Any) -> EvidenceRow:
    empty: EvidenceRow = {
        "kind": "link",
        "title": "",
        "url": "",
        "accessed_on": None,
        "citation": "",
        "file": None,
    }
    return {**empty, **changes}  # type: ignore[typeddict-item]


def test_facts_of_an_entry_are_in_words():
    snapshot = only("x", is_late=True, is_at_risk=True, handling="clear")
    for row in printed_entries(snapshot):
        row["status"] = "limited"
    document = document_of(snapshot)
    assert headings(document, 5)[0] == "Canada"
    facts = " ".join(
        text_of(it) for it in below(document, 0) if style_of(it) == "EntryFacts"
    )
    for words in ("Limited progress", "At risk", "Late", "as of 30 April 2017"):
        assert words in facts
    assert "TLP:CLEAR" in facts


def test_a_report_of_real_data_is_not_called_illustrative():
    for is_illustrative in (True, False):
        snapshot = with_envelope(only("x"), is_illustrative=is_illustrative)
        document = document_of(snapshot)
        first = document.paragraphs[0:6]
        told_first = " ".join(paragraph.text for paragraph in first)
        assert ("Illustrative data" in told_first) is is_illustrative
        running = document.sections[0].header.paragraphs[1].text
        assert ("Illustrative data" in running) is is_illustrative
