"""The file of a workbook: its sheets for each kind, its print, its bytes."""

import json
import subprocess
import sys
from itertools import product
from typing import get_args

import pytest
from django.utils.translation import override

from reports.kinds import KIND_RULES, KINDS
from reports.label_schema import SheetName
from reports.labels import labels
from reports.languages import LANGUAGES
from reports.renderers.xlsx import render_xlsx
from reports.renderers.xlsx.sheets import DAY_FORMATS
from tests.reports.sample_snapshot import (
    sample_snapshot,
    short_snapshot,
    with_actions,
    with_facts,
    without_entries,
)
from tests.reports.xlsx.xlsx_reading import MAIN, ReadBook
from tests.source_files import ROOT

DIGEST = "5e" * 32
SCRIPT = """
import json, sys
from reports.renderers.xlsx import render_xlsx
sys.stdout.buffer.write(render_xlsx(json.load(sys.stdin), "5e" * 32))
"""
LAYOUTS = [(kind, layout) for kind in KINDS for layout in KIND_RULES[kind].layouts]


def in_language(snapshot, language):
    with override(language):
        texts = labels(reads_all=False)
    name = LANGUAGES[language]
    return with_facts(snapshot, labels=texts, language=language, language_name=name)


def first_of(kind, layout):
    snapshot = sample_snapshot(kind=kind, layout=layout)
    first = snapshot["facts"]["actions"][0]
    return with_actions(snapshot, [{**first, "sub_areas": first["sub_areas"][:1]}])


@pytest.mark.parametrize(("layout", "language"), [*product(LAYOUTS, LANGUAGES)])
def test_every_kind_and_layout_has_its_sheets_in_each_language(layout, language):
    snapshot = in_language(first_of(*layout), language)
    book = ReadBook(render_xlsx(snapshot, DIGEST))
    names = snapshot["facts"]["labels"]["workbook"]["sheets"]
    expected = ["about", "matrix", "entries", "evidence", "figures"]
    sections = KIND_RULES[layout[0]].sections
    expected += [name for name in ("changes", "gaps") if name in sections]
    assert book.names == [names[name] for name in expected]
    for name in book.names:
        assert "TLP:GREEN" in book.rows(name)[1][0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_without_entries_has_all_its_rows(kind):
    snapshot = without_entries(first_of(kind, KIND_RULES[kind].layouts[0]))
    book = ReadBook(render_xlsx(snapshot, DIGEST))
    assert len(book.table("Entries")) == 8 * len(
        snapshot["facts"]["figures"]["commitments"]
    )


def test_every_language_has_names_of_sheets_and_a_format_of_days():
    assert {*DAY_FORMATS} == {*LANGUAGES}
    for language in LANGUAGES:
        with override(language):
            names = labels(reads_all=True)["workbook"]["sheets"]
        assert {*names} == {*get_args(SheetName)}
        assert len({name.casefold() for name in names.values()}) == len(names)
        assert all(0 < len(name) <= 31 for name in names.values())
        assert not any(set(name) & set("[]:*?/\\'") for name in names.values())


@pytest.fixture(scope="module")
def snapshot():
    return short_snapshot()


@pytest.fixture(scope="module")
def book(snapshot):
    return ReadBook(render_xlsx(snapshot, DIGEST))


def test_every_sheet_prints_its_handling_mark_on_each_page(book):
    for name in book.names:
        sheet = book.sheet_xml(name)
        assert "<oddHeader>&amp;LTLP:GREEN · " in sheet
        assert "<oddFooter>&amp;LTLP:GREEN · Draft 2, not circulated · " in sheet
        assert "&amp;P / &amp;N" in sheet
        assert 'paperSize="9"' in sheet
        assert 'orientation="landscape"' in sheet


def test_tables_have_headings_that_stay_print_on_each_page_and_filter(book):
    tables = {table.get("name"): table for table in book.trees("xl/tables/table")}
    for name in ("Matrix", "Entries", "Evidence", "Changes", "Gaps"):
        assert tables[name].find(f"{MAIN}autoFilter") is not None
        assert tables[name].get("headerRowCount", "1") == "1"
        assert 'ySplit="3"' in book.sheet_xml(name)
        assert 'state="frozen"' in book.sheet_xml(name)
        assert f"{name}!$3:$3" in book.parts["xl/workbook.xml"].decode()


def test_the_documentation_names_every_table_and_sheet():
    described = (ROOT / "docs" / "formats.md").read_text()
    book = ReadBook(render_xlsx(sample_snapshot(), DIGEST))
    tables = [table.get("name") for table in book.trees("xl/tables/table")]
    assert len(tables) == 13
    assert [name for name in tables if f"`{name}`" not in described] == []
    assert [name for name in book.names if f"| {name} |" not in described] == []


def test_the_properties_have_a_title_a_language_and_no_person(book, snapshot):
    core = book.parts["docProps/core.xml"].decode()
    custom = book.parts["docProps/custom.xml"].decode()
    plan = snapshot["facts"]["plan"]["title"]
    assert f"<dc:title>Stocktake report: {plan}</dc:title>" in core
    assert "<dc:creator></dc:creator>" in core
    assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in core
    assert "<vt:lpwstr>en</vt:lpwstr>" in custom
    assert "<vt:lpwstr>TLP:GREEN</vt:lpwstr>" in custom


def test_the_same_snapshot_gives_the_same_bytes_in_other_processes(snapshot):
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            input=json.dumps(snapshot).encode(),
            capture_output=True,
            check=True,
            cwd=ROOT,
        ).stdout
        for zone, seed, locale in (
            ("Asia/Tokyo", "1", "C"),
            ("America/Los_Angeles", "2", "C.UTF-8"),
        )
    }
    assert found == {render_xlsx(snapshot, DIGEST)}
