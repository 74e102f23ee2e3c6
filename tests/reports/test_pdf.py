"""Tests of the PDF of a stocktake report, read back from the file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader

from progress.positions.figures import STATUSES
from reports.renderers.fonts import FontsDifferError, typesetter_version
from reports.renderers.pdf import (
    SOURCES,
    RenderedPdf,
    VersionsDifferError,
    render_pdf,
)
from reports.snapshot_schema import Snapshot
from tests.reports.pdf_reading import (
    alternative_texts,
    bookmarks,
    fold,
    links,
    page_texts,
    read,
    tags,
    whole_text,
)
from tests.reports.sample_labels import PART_LABELS
from tests.reports.sample_snapshot import (
    MEMBERS,
    SHA256,
    commitments_of,
    sample_snapshot,
    short_snapshot,
    with_actions,
    with_envelope,
    with_facts,
    with_narratives,
    with_versions,
    without_entries,
)
from tests.source_files import ROOT, tracked


def render(snapshot: Snapshot) -> RenderedPdf:
    return render_pdf(snapshot, SHA256, font_dirs=())


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return sample_snapshot()


@pytest.fixture
def short() -> Snapshot:
    return short_snapshot()


@pytest.fixture(scope="module")
def rendered(snapshot: Snapshot) -> RenderedPdf:
    return render(snapshot)


@pytest.fixture(scope="module")
def reader(rendered: RenderedPdf) -> PdfReader:
    return read(rendered.content)


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[str]:
    return page_texts(reader)


@pytest.fixture(scope="module")
def text(pages: list[str]) -> str:
    return " ".join(pages)


def test_every_commitment_stands_in_the_plans_order_in_its_official_wording(
    snapshot, text
):
    wordings = [fold(row["text"]) for row in commitments_of(snapshot)]
    assert len(wordings) == 28
    places = [text.index(wording) for wording in wordings]
    assert places == sorted(places)


def test_a_short_wording_is_named_whole_and_a_long_one_by_how_it_begins(short):
    commitments_of(short)[0]["text"] = "Share evidence."
    titles = [title for _depth, title in bookmarks(read(render(short).content))]
    assert "1.1.1 Share evidence." in titles
    commitments_of(short)[0]["text"] = "Share evidence, and share it early. " * 4
    titles = [title for _depth, title in bookmarks(read(render(short).content))]
    assert "1.1.1 Share evidence, and share it early. Share evidence, and…" in titles


def test_all_eight_members_follow_each_commitment_in_order(snapshot, reader):
    codes = [row["code"] for row in commitments_of(snapshot)]
    titles = [title for _depth, title in bookmarks(reader)]
    found = {
        code: titles[at + 1 : at + 9]
        for code in codes
        for at, title in enumerate(titles)
        if title.startswith(f"{code} ")
    }
    assert found == {code: [member["name"] for member in MEMBERS] for code in codes}


def test_bookmarks_go_from_sections_to_members(reader):
    sections = [title for depth, title in bookmarks(reader) if depth == 0]
    assert sections == [
        "Summary",
        "Commitments by member",
        "Commitments and what members report",
        "Annex: method",
    ]
    assert (2, "1.2 Information Sharing and Cooperation") in [*bookmarks(reader)]


def test_title_page_says_what_when_and_for_whom(pages):
    for words in (
        "G7 Action Plan on Countering Terrorism and Violent Extremism",
        "Ise-Shima 2016, Ise-Shima, Japan, 26 and 27 May 2016",
        "Stocktake before Taormina",
        "Position as of 20 May 2017",
        "As known at 20 May 2017, 12:00:05 UTC",
        "All delegations, observers, assessors and partner systems with that right.",
        "Canada · France · Germany · Italy · Japan",
        SHA256,
    ):
        assert words in pages[0]
    query = "GET /api/v1/positions/?plan=ise-shima-2016-ct&at=2017-05-20"
    assert query.replace(" ", "") in pages[0].replace(" ", "")


def test_every_page_bears_the_audience_above_and_below(pages):
    for page in pages:
        assert page.count("TLP:GREEN") >= 2


def test_every_page_is_numbered_and_names_the_snapshot(pages):
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert SHA256[:16] in page


def test_illustrative_data_is_marked_on_every_page(pages):
    assert all("ILLUSTRATIVE DATA" in page for page in pages)


def test_real_data_is_not_marked_as_illustrative(short):
    content = render(with_envelope(short, is_illustrative=False)).content
    assert "illustrative" not in whole_text(read(content)).lower()


def test_a_page_that_goes_on_with_an_entry_names_it(short):
    long = with_narratives(short, lambda number: "Text. " * (1_600 * (number == 4)))
    pages = page_texts(read(render(long).content))
    assert sum("… 1.1.1 Japan" in page for page in pages) >= 2


def test_text_chart_and_table_of_the_summary_agree(snapshot, reader, text):
    facts = snapshot["facts"]
    overall = facts["figures"]["overall"]
    for block in facts["summary"]:
        said = " ".join(sentence["text"] for sentence in block["sentences"])
        assert f"{block['heading']}. {said}" in text
    assert f"Substantial progress {overall['parts']['substantial']}" in chart_text(
        reader
    )
    rows = [*facts["figures"]["actions"], overall]
    for part, name in facts["labels"]["parts"].items():
        counts = " ".join(str(row["parts"][part]) for row in rows)
        assert f"{name} {counts}" in text
    assert "All " + " ".join(str(row["cells"]) for row in rows) in text
    assert "At risk " + " ".join(str(row["at_risk"]) for row in rows) in text
    for status, name in PART_LABELS.items():
        counts = " ".join(str(row["in_all"].get(status)) for row in rows)
        assert f"{name} {counts}" in text or status not in STATUSES
    assert "At risk " + " ".join(str(row["at_risk_in_all"]) for row in rows) in text


def chart_text(reader: PdfReader) -> str:
    return next(
        text
        for text in alternative_texts(reader)
        if text.startswith("Status by action")
    )


def test_every_cell_of_the_matrix_says_in_words_what_it_shows(snapshot, reader):
    said = [text for text in alternative_texts(reader) if re.match(r"[\w ]+: ", text)]
    cells = [text for text in said if not text.startswith("Status by action")]
    assert len(cells) == 224
    assert cells[0] == "Canada: Not started, At risk"
    assert "Italy: No released entry" in cells
    assert any(cell.endswith(", No update") for cell in cells)


def test_who_has_not_reported_is_shown_under_the_commitment(text):
    start = text.index(
        "1.1.1 Emphasize the necessity for all States to fully implement"
    )
    assert "Italy No released entry No released entry." in text[start:]


def test_an_entry_shows_its_status_dates_flags_and_handling(text):
    assert "Canada Not started At risk as of 30 April 2017" in text
    assert (
        "published 12 May 2017 Late · Correction · Shows again"
        " Unchanged since 1 Aug 2016, confirmed on 2 May 2017. TLP:GREEN"
    ) in text
    assert "No update in this stocktake. The last published entry is shown." in text
    assert "Obstacles Connectivity at two land borders." in text
    assert "Annual report to Parliament, Cm 9420, chapter 4" in text
    assert "Lead authority: Ministry of the Interior · Target date" in text


def test_evidence_and_links_can_be_followed(reader):
    assert links(reader) >= {
        "https://www.example.org/reports/2017/counter-terrorism.html",
        "https://www.interno.gov.it/it/relazione-annuale",
    }


def test_only_web_and_mail_addresses_become_links(short):
    narrative = "[a](javascript:alert(1)) [b](ftp://example.org/x) [c](mailto:a@b.int)"
    content = render(with_narratives(short, lambda _number: narrative)).content
    assert {url for url in links(read(content)) if not url.startswith("http")} == {
        "mailto:a@b.int"
    }


def test_text_is_never_taken_for_markup(short):
    narrative = '#panic("x") $ x^2 $ @ref <label> #import "data.typ" = Not a heading'
    content = render(with_narratives(short, lambda _number: narrative)).content
    assert narrative in whole_text(read(content))


def test_method_is_told_with_hash_and_versions(snapshot, text):
    annex = text[text.rindex("Annex: method") :]
    versions = snapshot["envelope"]["versions"]
    assert "A position is what the last published entry said" in annex
    for words in (
        SHA256,
        snapshot["envelope"]["id"],
        versions["renderer_sha256"],
        f"Typst {versions['typst']} (typst for Python {versions['typst_package']})",
        "Only the typesetter's own fonts",
    ):
        assert words in annex


def test_the_annex_names_the_typesetter_that_signs_the_file(reader, text):
    """The version of the Python package is another one."""
    creator = reader.metadata.creator
    assert creator == f"Typst {typesetter_version()}"
    assert f"{creator} (typst for Python" in text[text.rindex("Annex: method") :]


def test_a_snapshot_from_before_there_were_facts_is_never_typeset_again(short):
    flat = {**short["facts"], "schema": 3, "report": {}, "versions": {}}
    with pytest.raises(VersionsDifferError):
        render(cast("Snapshot", flat))


def test_document_is_tagged_and_says_its_language_and_standards(reader):
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = root["/Metadata"].get_data().decode()
    for words in (
        "<pdfuaid:part>1</pdfuaid:part>",
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
    ):
        assert words in xmp


def test_structure_holds_headings_tables_lists_and_figures(reader):
    kinds = {tag.get("/S") for tag in tags(reader.root_object["/StructTreeRoot"])}
    expected = {"/Title", "/H1", "/H2", "/H3", "/H4", "/H5", "/TOC", "/Table", "/TH"}
    assert kinds >= {*expected, "/TD", "/L", "/LI", "/P", "/Link", "/Figure"}


def test_metadata_come_from_the_snapshot_and_not_from_the_clock(reader):
    assert reader.metadata is not None
    assert reader.metadata.title == (
        "Stocktake report: G7 Action Plan on Countering Terrorism and Violent Extremism"
    )
    assert reader.metadata["/CreationDate"].startswith("D:20170520120320")


def test_a_report_in_another_language_says_so(short):
    content = render(with_facts(short, language="fr")).content
    assert read(content).root_object.get("/Lang") == "fr"


def test_a_plan_without_commitments_makes_a_report(short):
    text = whole_text(read(render(with_actions(short, [])).content))
    assert "Annex: method" in text


def test_a_stocktake_without_entries_makes_a_report(short):
    text = whole_text(read(render(without_entries(short)).content))
    assert text.count("No released entry.") == 8


def test_a_report_without_a_stocktake_names_none(short):
    content = render(with_facts(short, stocktake=None)).content
    page = page_texts(read(content))[0]
    assert "Entries due" not in page


def test_a_snapshot_of_another_renderer_is_refused(short):
    with pytest.raises(VersionsDifferError):
        render(with_versions(short, renderer_sha256="0" * 64))


def test_every_module_of_ours_that_decides_on_the_bytes_is_in_their_hash():
    """Otherwise it could change, and an old snapshot give another document."""
    hashed = {path.relative_to(ROOT).as_posix() for path in SOURCES}
    used = {
        name
        for path in SOURCES
        for imported in modules_imported_by(path)
        if (name := f"{imported.replace('.', '/')}.py") in tracked("*.py")
    }
    # The schema has only types, and a number that is checked by itself.
    assert used <= hashed | {"reports/snapshot_schema.py"}


def modules_imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_a_snapshot_that_names_a_font_not_at_hand_is_refused(short):
    font = {"name": "NotoSans-Regular.ttf", "version": "2.004", "sha256": "0" * 64}
    with pytest.raises(FontsDifferError, match=r"NotoSans-Regular\.ttf"):
        render(with_versions(short, fonts=[font]))


def test_templates_are_short_enough_to_read():
    folder = Path(__file__).parents[2] / "reports" / "renderers" / "templates"
    lengths = {path.name: path.read_text().count("\n") for path in folder.iterdir()}
    assert max(lengths.values()) <= 150, lengths


def test_texts_carry_their_language_and_only_a_blank_one_is_guessed(short):
    """In the structure tree: hyphenation and reading aloud go by it."""
    found = {
        language: languages_of(with_language(short, language, "照合している。"))
        for language in ("fr", "pt-BR", "")
    }
    assert found["fr"] >= {"fr"}
    assert found["pt-BR"] >= {"pt"}
    assert "ja" not in found["fr"] | found["pt-BR"]
    assert found[""] >= {"ja"}


def with_language(snapshot: Snapshot, language: str, words: str) -> Snapshot:
    snapshot = with_narratives(snapshot, lambda _number: words)
    for entry in snapshot["facts"]["entries"].values():
        entry["language"] = language
    return snapshot


def languages_of(snapshot: Snapshot) -> set[str]:
    root = read(render(snapshot).content).root_object["/StructTreeRoot"]
    return {str(tag["/Lang"]) for tag in tags(root) if "/Lang" in tag}
