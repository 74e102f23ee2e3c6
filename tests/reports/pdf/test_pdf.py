"""Tests of the PDF of a stocktake report, read back from the file."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from reports.renderers.fonts import FontsDifferError
from reports.renderers.typesetter import typesetter_version
from reports.renderers.versions import VersionsDifferError, sources
from reports.snapshot_schema import Snapshot
from tests.reports.conftest import render
from tests.reports.pdf.pdf_reading import (
    bookmarks,
    links,
    page_texts,
    read,
    tags,
    whole_text,
)
from tests.reports.sample_parts import MEMBERS, SHA256
from tests.reports.sample_snapshot import (
    commitments_of,
    with_actions,
    with_envelope,
    with_facts,
    with_narratives,
    with_versions,
)
from tests.source_files import ROOT, tracked


def test_every_commitment_stands_in_the_plans_order_in_its_official_wording(
    snapshot, text
):
    wordings = ["".join(row["text"].split()) for row in commitments_of(snapshot)]
    assert len(wordings) == 28
    printed = "".join(text.split())
    places = [printed.index(wording) for wording in wordings]
    assert places == sorted(places)


def test_contents_and_bookmarks_name_each_commitment_by_its_short_title(
    snapshot, reader, pages
):
    names = [f"{row['code']} {row['short_title']}" for row in commitments_of(snapshot)]
    titles = [title for _depth, title in bookmarks(reader)]
    assert [title for title in titles if title in names] == names
    assert all(name in pages[1] for name in names)


def test_members_with_an_entry_follow_each_commitment_in_protocol_order(
    snapshot, reader
):
    titles = [title for _depth, title in bookmarks(reader)]
    names = {member["code"]: member["name"] for member in MEMBERS}
    for row in commitments_of(snapshot):
        told = [names[one["member"]] for one in row["positions"] if one["entry"]]
        start = titles.index(f"{row['code']} {row['short_title']}") + 1
        assert titles[start : start + len(told)] == told


def test_bookmarks_go_from_sections_to_members(reader):
    sections = [title for depth, title in bookmarks(reader) if depth == 0]
    assert sections == [
        "Executive summary",
        "Commitments by member",
        "Status in figures",
        "Changes",
        "At risk and past the target date",
        "Commitments and what members report",
        "Late, or without a released entry",
        "Instruments",
        "Entries and their hashes",
        "Acronyms",
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
    long = with_narratives(short, lambda number: "Text. " * (3_000 * (number == 4)))
    pages = page_texts(read(render(long).content))
    assert sum("… 1.1.1 Japan, continued" in page for page in pages) >= 2


def test_an_entry_shows_its_status_dates_and_flags(text):
    assert (
        "Canada Not started At risk as of 30 April 2017, published 12 May 2017"
        " Late · Correction · Reinstated after a withdrawal"
        " Unchanged since 1 Aug 2016, confirmed on 2 May 2017."
        " Target date: 31 December 2016 (passed)"
    ) in text
    assert re.search(r"published 12 May 2017 No update( ·|$| )", text)
    assert "Obstacles Connectivity at two land borders." in text
    assert "[2] Annual report to Parliament, Cm 9420, chapter 4" in text
    assert "Lead authority: Ministry of the Interior" in text
    assert "Moved up from “Not started”" in text


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
        "<pdfaid:part>3</pdfaid:part>",
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


def test_a_report_without_a_stocktake_names_none(short):
    content = render(with_facts(short, stocktake=None)).content
    page = page_texts(read(content))[0]
    assert "Entries due" not in page


def test_a_snapshot_of_another_renderer_is_refused(short):
    with pytest.raises(VersionsDifferError):
        render(with_versions(short, renderer_sha256="0" * 64))


def test_every_module_of_ours_that_decides_on_the_bytes_is_in_their_hash():
    """Otherwise it could change, and an old snapshot give another document."""
    hashed = {path.relative_to(ROOT).as_posix() for path in sources()}
    ours = set(tracked("*.py"))
    used = {
        name
        for path in sources()
        if path.suffix == ".py"
        for imported in modules_imported_by(path)
        if (name := f"{imported.replace('.', '/')}.py") in ours
    }
    # The schemas have only types, and a number that is checked by itself. Of the
    # arithmetic only the names of the scores are used.
    assert used - hashed <= {
        "progress/assessments/arithmetic.py",
        "reports/label_schema.py",
        "reports/scores/schema.py",
        "reports/snapshot_schema.py",
    }


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
    folder = Path(__file__).parents[3] / "reports" / "renderers" / "templates"
    lengths = {path.name: path.read_text().count("\n") for path in folder.iterdir()}
    assert max(lengths.values()) <= 150, lengths


@pytest.mark.long
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


def test_official_wording_is_tagged_in_the_language_in_which_it_was_adopted(short):
    root = read(render(with_facts(short, language="fr")).content).root_object
    assert root.get("/Lang") == "fr"
    found = [tag.get("/Lang") for tag in tags(root["/StructTreeRoot"])]
    assert "en" in found


def test_facts_of_the_title_page_and_captions_of_tables_are_tagged(reader):
    """A screen reader says each label with its value, and names each table."""
    counts = Counter(
        str(tag.get("/S")) for tag in tags(reader.root_object["/StructTreeRoot"])
    )
    assert counts["/Lbl"] >= 12
    assert counts["/Caption"] >= 8
