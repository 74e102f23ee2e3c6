"""A reader sees first what a file is, and whom it is for.

The handling mark, the plan, the kind, both clocks, the language, and whether it is a
draft. The texts are written here by hand, or come from the record.
"""

import io
import re
from hashlib import sha256
from zipfile import ZipFile

import pytest
from lxml import etree

from tests.reports.formats.conftest import Compile, Compiled
from tests.reports.formats.files import COLUMNS, DOCUMENTS
from tests.reports.formats.sheets import read_csv, read_xlsx
from tests.reports.formats.vocabulary import DAY, letters
from tests.reports.formats.workbook import as_text

pytestmark = [pytest.mark.django_db, pytest.mark.long]

PLAN = "Action Plan for Tests"
MARKS = {
    "en": ["Stocktake report", "English", "Draft, not circulated"],
    "fr": ["Rapport de bilan", "Français", "Projet"],
}
HANDLINGS = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"]
# What people open: a program reads the other formats.
SEEN = ("docx", "html", "xlsx", "csv-people", "pdf")
# The columns of CSV that say what a file is, before those of its rows.
FIRST_COLUMNS = 12
FIRST_ROWS = 24  # of a sheet


@pytest.fixture(
    params=[
        ("green", "en"),
        pytest.param(("clear", "fr"), marks=pytest.mark.long),
        pytest.param(("amber", "en"), marks=pytest.mark.long),
    ],
    ids=lambda given: " ".join(given),
)
def report(request: pytest.FixtureRequest, compiled: Compile) -> Compiled:
    audience, language = request.param
    return compiled("stocktake", audience, language)


def first_of(format_: str, content: bytes) -> str:
    """Return what a reader of a file sees first."""
    if format_ in DOCUMENTS:
        return DOCUMENTS[format_](content).first
    if format_ == "xlsx":
        sheet = next(iter(read_xlsx(content).values()))[:FIRST_ROWS]
        return " ".join(as_text(cell) for row in sheet for cell in row)
    row = read_csv(content)[0]
    return " ".join([*row.values()][:FIRST_COLUMNS])


@pytest.mark.parametrize("format_", SEEN)
def test_a_reader_sees_first_what_a_file_is(report: Compiled, format_: str) -> None:
    first = letters(first_of(format_, report.files[format_])).casefold()
    audience = report.snapshot["facts"]["audience"].upper()
    for text in (f"TLP:{audience}", PLAN, *MARKS[report.language]):
        assert letters(text).casefold() in first, text
    assert not any(
        letters(other).casefold() in first
        for other in HANDLINGS
        if other != f"TLP:{audience}"
    )


@pytest.mark.parametrize("format_", SEEN)
def test_a_reader_sees_the_code_first(report: Compiled, format_: str) -> None:
    first = first_of(format_, report.files[format_])
    code = report.snapshot["envelope"]["code"]
    assert code in re.sub(r"[\W_]", "", first)


@pytest.mark.parametrize("format_", SEEN)
def test_a_reader_sees_both_clocks_first(report: Compiled, format_: str) -> None:
    first = first_of(format_, report.files[format_])
    facts, envelope = report.snapshot["facts"], report.snapshot["envelope"]
    days = {match.group() for match in DAY.finditer(first)}
    assert facts["at"]["text"] in {re.sub(r"\s", " ", day) for day in days}
    assert letters(envelope["known_at"]["text"]) in letters(first)


def test_each_row_of_csv_says_what_it_is_first(report: Compiled) -> None:
    facts, envelope = report.snapshot["facts"], report.snapshot["envelope"]
    first = {
        "report": envelope["id"],
        "code": envelope["code"],
        "plan": "test-plan",
        "kind": "stocktake",
        "scope": "",
        "audience": facts["audience"],
        "circulation": "none",
        "draft_number": "",
        "language": report.language,
        "at": facts["at"]["iso"],
        "known_at": envelope["known_at"]["iso"],
        "snapshot_sha256": report.snapshot_sha256,
    }
    rows = read_csv(report.files["csv"])
    assert len(rows) == len(report.truth.positions)
    for row in rows:
        assert [*row] == COLUMNS
        assert dict([*row.items()][:FIRST_COLUMNS]) == first


@pytest.mark.parametrize("format_", ["docx", "pdf"])
def test_every_page_says_who_may_read_it(report: Compiled, format_: str) -> None:
    audience = f"TLP:{report.snapshot['facts']['audience'].upper()}"
    running = DOCUMENTS[format_](report.files[format_]).running
    assert running
    assert all(audience in text for text in running if text)
    assert any(audience in text for text in running)


def test_every_sheet_says_on_paper_who_may_read_it(report: Compiled) -> None:
    audience = f"TLP:{report.snapshot['facts']['audience'].upper()}"
    with ZipFile(io.BytesIO(report.files["xlsx"])) as package:
        sheets = [
            etree.fromstring(package.read(name))
            for name in package.namelist()
            if name.startswith("xl/worksheets/sheet")
        ]
    assert sheets
    for sheet in sheets:
        printed = [*sheet.iter("{*}oddHeader"), *sheet.iter("{*}oddFooter")]
        assert audience in " ".join(part.text or "" for part in printed)


@pytest.mark.parametrize("format_", ["docx", "html", "pdf"])
def test_a_file_names_itself_and_its_language(report: Compiled, format_: str) -> None:
    document = DOCUMENTS[format_](report.files[format_])
    assert document.language.partition("-")[0] == report.language
    assert PLAN in document.title
    assert MARKS[report.language][0] in document.title


def test_a_workbook_names_itself(report: Compiled) -> None:
    with ZipFile(io.BytesIO(report.files["xlsx"])) as package:
        core = package.read("docProps/core.xml").decode()
    assert PLAN in core
    assert MARKS[report.language][0] in core


def test_every_file_names_the_snapshot_that_it_was_made_from(report: Compiled) -> None:
    for format_, content in report.files.items():
        if format_ in DOCUMENTS:
            document = DOCUMENTS[format_](content)
            text = document.first + document.text
        elif format_ == "xlsx":
            sheet = next(iter(read_xlsx(content).values()))
            text = " ".join(as_text(cell) for row in sheet for cell in row)
        elif format_ == "json":
            text = sha256(content).hexdigest()
        else:
            text = first_of(format_, content)
        assert report.snapshot_sha256 in letters(text), format_
