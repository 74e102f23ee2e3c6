"""Files that are refused, before or instead of comparing their rows."""

import pytest

from progress import limits
from tests.progress.update_sheets.refusing import (
    ROWS,
    added,
    edited,
    faults_of,
    only_fault,
    refusal,
)
from tests.progress.update_sheets.sample_sheets import (
    FIRST,
    TODAY,
    drafted,
    filled,
    filled_csv,
    preview_filled,
    preview_of,
    sheet,
    written,
)

# ---- Headings ------------------------------------------------------------------------


def test_missing_unknown_and_repeated_columns_are_refused_at_once():
    def change(_book, page):
        places = {cell.value: cell.column for cell in page[1]}
        page.cell(1, places["Narrative"]).value = "My narrative"
        page.cell(1, places["Obstacles"]).value = "Next steps"

    preview = preview_filled(sheet(drafted()), {}, do=change)
    assert [message.split(".")[0] for *_where, message in faults_of(preview)] == [
        "“My narrative” is not a column of the sheet",
        "The column “Narrative” is missing",
        "The column “Next steps” is there twice",
        "The column “Obstacles” is missing",
    ]
    assert not preview.can_apply


def test_a_file_without_the_headings_is_no_sheet():
    def empty(_book, page):
        page.delete_rows(1)

    assert "not a sheet of updates" in refusal(
        filled(written(sheet(drafted())), {}, do=empty)
    )
    assert "not a sheet of updates" in refusal(b"a,b\r\n1,2\r\n", "sheet.csv")


def rows_in(page):
    return [[cell.value for cell in row] for row in page.iter_rows()]


def put_rows(page, rows):
    """Put these rows in the place of as many others."""
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            page.cell(number, column).value = value


@pytest.mark.parametrize("above", [1, 3])
def test_rows_above_the_headings_are_refused_with_their_lines(above):
    """Who sorts a sheet by a column may sort its headings too."""

    def move(_book, page):
        headings, *rows = rows_in(page)
        put_rows(page, [*rows[:above], headings, *rows[above:]])

    four = sheet(*map(drafted, ("1.1.1", "1.2.1", "1.2.2", "2.1")))
    preview = preview_filled(four, {}, do=move)
    sentence = "This row is above the headings. Move it below them."
    assert faults_of(preview) == [(n, "", sentence) for n in range(1, above + 1)]
    assert not preview.can_apply


@pytest.mark.parametrize("fault", ["no key", "another key", "shifted", "cut"])
def test_a_row_above_the_headings_is_refused_whatever_its_key(fault):
    """Otherwise what was typed into it would be lost without a word."""

    def move(_book, page):
        headings, row, *rows = rows_in(page)
        row[9] = "New words."
        if fault == "shifted":
            row = ["", *row[:-1]]
        elif fault == "cut":
            row[10:] = [""] * len(row[10:])
        else:
            row[-1] = "" if fault == "no key" else "abc"
        put_rows(page, [row, headings, *rows])

    preview = preview_filled(sheet(drafted(), drafted("1.2.2")), {}, do=move)
    assert faults_of(preview) == [
        (1, "", "This row is above the headings. Move it below them.")
    ]


def test_headings_are_found_below_many_rows():
    rows = [drafted(f"1.{number}") for number in range(1, 60)]

    def move(_book, page):
        headings, *below = rows_in(page)
        put_rows(page, [*below, headings])

    preview = preview_filled(sheet(*rows), {}, do=move)
    assert [line for line, *_others in faults_of(preview)] == [*range(1, 60)]


def test_a_copy_of_the_rows_in_the_same_workbook_is_refused():
    def copy(book, page):
        book.copy_worksheet(page)

    assert "Two sheets" in refusal(filled(written(sheet(drafted())), {}, do=copy))


def test_a_hidden_sheet_is_not_looked_at():
    def hide(book, page):
        other = book.copy_worksheet(page)
        other.sheet_state = "hidden"
        other["A1"] = "=1+1"

    assert list(preview_filled(sheet(drafted()), {}, do=hide).all_faults) == []


# ---- Files ---------------------------------------------------------------------------


TOO_MUCH = "more than a sheet of updates can have"


@pytest.fixture(scope="module")
def content():
    return written(sheet(drafted()))


@pytest.mark.parametrize(
    ("name", "bytes_", "sentence"),
    [
        ("sheet.xlsx", b"", "The file is empty."),
        ("sheet.csv", b"", "The file is empty."),
        ("sheet.xlsx", b"x" * (limits.SHEET_BYTES + 1), "at most 20 MB"),
        ("sheet.csv", b"x" * (limits.SHEET_BYTES + 1), "at most 20 MB"),
        ("sheet.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "password"),
        ("sheet.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1locked", "password"),
        ("sheet.ods", b"PK\x03\x04", "Upload the sheet as XLSX or CSV."),
        ("sheet.pdf", b"%PDF-1.7", "Upload the sheet as XLSX or CSV."),
        ("sheet", b"text", "Upload the sheet as XLSX or CSV."),
        ("sheet.xlsm", b"PK\x03\x04", "macros"),
        ("sheet.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("sheet.xlsx", b"Commitment,State", "damaged"),
        ("sheet.csv", "Überblick".encode("latin-1"), "CSV UTF-8"),
        ("sheet.csv", "text".encode("utf-16-le"), "CSV UTF-8"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(name, bytes_, sentence):
    assert sentence in refusal(bytes_, name)


def test_macros_are_refused(content):
    assert "macros" in refusal(added(content, "xl/vbaProject.bin", b"x"))


def test_a_quote_that_is_not_closed_is_refused():
    csv = written(sheet(drafted()), "csv")
    assert "quotation mark" in refusal(csv + b'"open', "sheet.csv")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(content):
    assert TOO_MUCH in refusal(added(content, "xl/bomb.xml", b" " * 50_000_000))


def test_many_parts_that_are_each_small_are_refused_together(content, monkeypatch):
    name = "progress.uploaded_sheets.workbook_reading.MOST_UNPACKED"
    monkeypatch.setattr(name, 10_000)
    assert TOO_MUCH in refusal(content)


def test_an_archive_that_declares_less_than_it_has_is_refused(content):
    """Its directory says ten bytes, so that only ten would ever be unpacked."""
    at = content.rindex(b"xl/worksheets/sheet2.xml") - 46
    lying = bytearray(content)
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(lying))


@pytest.mark.parametrize("place", ["XFD2", "A1048576", "AZ2"])
def test_a_cell_far_out_is_refused(content, place):
    cell = f'<row r="1048577"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    assert TOO_MUCH in refusal(edited(content, ROWS, b"</sheetData>", cell))


def test_an_empty_cell_far_out_does_no_harm(content):
    cell = b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    changed = edited(content, ROWS, b"</sheetData>", cell)
    assert list(preview_of(changed, sheet(drafted())).all_faults) == []


def test_a_text_that_is_shared_by_too_many_cells_is_refused(content, monkeypatch):
    name = "progress.uploaded_sheets.workbook_reading.MOST_CHARACTERS"
    monkeypatch.setattr(name, 300)
    assert TOO_MUCH in refusal(content)


def test_declared_entities_are_refused(content):
    bomb = b'?>\n<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]>\n<worksheet'
    assert "damaged" in refusal(edited(content, ROWS, b"?>\n<worksheet", bomb))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (ROWS, b"<row", b"<<row"),
        (ROWS, b'r="A1"', b'r="1A"'),
        ("xl/workbook.xml", b"r:id=", b"r:no="),
        ("xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet9.xml"),
    ],
)
def test_a_damaged_workbook_is_refused(content, part, old, new):
    assert "damaged" in refusal(edited(content, part, old, new))


def test_more_rows_than_a_sheet_can_have_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "SHEET_ROWS", 1)
    assert TOO_MUCH in refusal(written(sheet(drafted("1.1"), drafted("1.2"))))


def test_csv_has_no_formulas_and_names_the_same_faults():
    content = filled_csv(
        written(sheet(drafted()), "csv"),
        {(FIRST, "status"): "Done", (FIRST, "narrative"): "=1+1"},
    )
    preview = preview_of(content, sheet(drafted()), name="sheet.csv", today=TODAY)
    fault = only_fault(preview)
    # Below the lines that say what the file is.
    assert (fault.line, fault.column) == (8, "Status")
