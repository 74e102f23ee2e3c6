import csv
import io
import re
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from progress.sheets.csv_text import unguarded
from progress.sheets.table_files import (
    LONGEST_CELL,
    DownloadTable,
    TableColumn,
    cell_parts,
    file_name,
    table_csv,
    table_xlsx,
)
from tests.progress.sheets.nasty_texts import NASTY


def table(rows):
    return DownloadTable(
        title="Entries: 1/2",
        about=[("Handling", "TLP:GREEN"), ("Query", "/matrix/?action=1")],
        columns=[TableColumn("Text", 40), TableColumn("Count")],
        rows=iter(rows),
        count=len(rows),
        name=["TLP:GREEN", "entries"],
    )


def lines_of(rows):
    content = b"".join(table_csv(table(rows))).decode("utf-8-sig")
    return [*csv.reader(io.StringIO(content, newline=""))]


def sheets_of(rows):
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_xlsx(table(rows))))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_csv_says_first_what_it_is():
    assert lines_of([["one", 1]]) == [
        ["Handling", "TLP:GREEN"],
        ["Query", "/matrix/?action=1"],
        [],
        ["Text", "Count"],
        ["one", "1"],
    ]


def test_a_workbook_begins_with_a_sheet_on_what_it_is():
    assert sheets_of([["one", 1]]) == {
        "About": [["Handling", "TLP:GREEN"], ["Query", "/matrix/?action=1"]],
        "Entries  1 2": [["Text", "Count"], ["one", 1]],
    }


def test_without_rows_both_have_their_headings():
    assert lines_of([])[-1] == ["Text", "Count"]
    assert sheets_of([])["Entries  1 2"] == [["Text", "Count"]]


@pytest.mark.parametrize("text", [text for text in NASTY if text], ids=repr)
def test_every_text_reads_back_equal(text):
    *_head, [found, count] = lines_of([[text, 0]])
    assert (unguarded(found), count) == (text, "0")


def test_every_text_reads_back_equal_from_a_workbook():
    rows = sheets_of([[text, number] for number, text in enumerate(NASTY)])
    assert rows["Entries  1 2"][1:] == [
        [text, number] for number, text in enumerate(NASTY)
    ]


def test_a_text_that_is_too_long_goes_on_in_the_row_below():
    text = "👩a" * 40_000
    _headings, *rows = sheets_of([[text, 1], ["after", 2]])["Entries  1 2"]
    *parts, after = rows
    assert "".join(part for part, _count in parts) == text
    assert [count for _part, count in rows] == [1, *[""] * (len(parts) - 1), 2]
    assert after == ["after", 2]


@given(st.text("a👩", max_size=20), st.integers(1, 5000))
def test_parts_of_a_text_are_the_whole_text(text, times):
    parts = cell_parts(text * times)
    assert "".join(parts) == text * times
    assert all(len(part.encode("utf-16-le")) // 2 <= LONGEST_CELL for part in parts)


def test_rows_of_a_csv_are_sent_as_they_come():
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield ["row", number]

    pieces = table_csv(DownloadTable("T", [TableColumn("A")], rows(), 1000))
    assert [next(pieces), next(pieces)][0] == b"\xef\xbb\xbf"
    assert len(taken) < 110


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["TLP:GREEN", "matrix", "", "1.2"], "TLP-GREEN-matrix-1-2.csv"),
        (['../..\\a"b\r\n', "日本"], "a-b.csv"),
        (["x" * 300], "x" * 120 + ".csv"),
    ],
)
def test_names_of_files_are_safe(parts, expected):
    assert file_name(parts, "csv") == expected


def test_a_row_of_a_workbook_is_as_high_as_its_text():
    """Some programs never make it higher themselves."""
    content = table_xlsx(table([["short", 1], ["word " * 100, 2]]))
    with ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    short, long = (
        float(height)
        for height in re.findall(r'<row r="[23]"[^>]* ht="([\d.]+)"', sheet)
    )
    assert long > 10 * short
