"""Both layouts of a score sheet, and the files that are none."""

import io

import openpyxl
import pytest
from django.utils.translation import override

from progress import limits
from progress.assessments.sheets import reader
from progress.assessments.sheets.reader import read_score_sheet
from progress.uploaded_sheets.csv_reading import OversizedCsvError, read_csv
from progress.uploaded_sheets.faults import SheetRefused
from progress.uploaded_sheets.previews import RowOutcome
from progress.uploaded_sheets.workbook_reading import MOST_COLUMNS, MOST_ROWS
from tests.progress.assessment_sheets.sample_score_sheets import (
    FIRST,
    as_csv,
    as_xlsx,
    blank_table,
    cell_row,
    faults_of,
    filled,
    filled_csv,
    preview_matrix,
    preview_of,
    saved,
    score_sheet,
    scored,
    scores_of,
    written,
)
from tests.progress.update_sheets.refusing import added

BOTH = pytest.mark.parametrize("ending", ["xlsx", "csv"])


def refusal(content, name="sheet.xlsx"):
    with pytest.raises(SheetRefused) as raised:
        read_score_sheet(content, name, blank_table())
    return raised.value.message


# ---- The matrix ----------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("heading", ["Commitment", "Code", "", "Our codes"])
def test_a_matrix_has_commitments_down_and_members_across(ending, heading):
    rows = [
        [heading, "France", "JP"],
        ["1.2.1 INTERPOL databases", "\u22121", "+1"],
        ["1. 2.2", "n/a", ""],
    ]
    preview = preview_matrix(rows, blank_table(), ending)
    assert faults_of(preview) == []
    assert scores_of(preview) == {
        ("1.2.1", "FR"): "-1",
        ("1.2.1", "JP"): "1",
        ("1.2.2", "FR"): "not_applicable",
        ("1.2.2", "JP"): "",
    }


@BOTH
def test_a_matrix_may_say_what_it_is_and_have_titles_of_its_own(ending):
    rows = [
        ["Scores of our observatory"],
        [],
        ["Commitment", "Title", "JP"],
        ["1.2.1", "Databases of INTERPOL", "0"],
        ["", "", ""],
        [" ", "", ""],
    ]
    preview = preview_matrix(rows, blank_table(), ending)
    assert faults_of(preview) == []
    assert scores_of(preview) == {("1.2.1", "JP"): "0"}


def test_numbers_of_a_spreadsheet_are_scores_and_codes():
    present = blank_table(codes=("2.4", "2.5"))
    preview = preview_matrix([["", "FR", "JP"], [2.4, 1.0, -1], [2.5, 0, "1"]], present)
    assert faults_of(preview) == []
    assert list(scores_of(preview).values()) == ["1", "-1", "0", "1"]


@BOTH
def test_a_matrix_keeps_the_texts_of_a_cell_and_changes_its_score(ending):
    present = score_sheet(cell_row(text=scored("1")), cell_row(member="JP"))
    preview = preview_matrix([["", "FR", "JP"], ["1.2.1", "0", ""]], present, ending)
    changed, blank = preview.rows
    assert changed.outcome is RowOutcome.CHANGED
    assert changed.text == scored("0")
    assert blank.outcome is RowOutcome.UNCHANGED


@BOTH
def test_every_name_in_a_matrix_that_is_not_known_is_named_at_once(ending):
    rows = [
        ["Commitment", "FR", "Average", "FR", "JP"],
        ["1.2.1", "1", "0.5", "1", "x"],
        ["9.9", "yes", "", "", ""],
        ["1.2.2", "1", "", "", "", "beside"],
        ["1.2.2", "1", "", "", ""],
    ]
    preview = preview_matrix(rows, blank_table(), ending)
    named = {cell for cell, _value, _message in faults_of(preview)}
    assert {"C1", "B1", "D1", "C2", "E2", "A3", "B3", "F4"} < named
    assert not preview.can_apply


def test_a_member_that_has_no_cell_is_named():
    preview = preview_matrix([["", "FR", "US"], ["1.2.1", "1", "0"]], blank_table())
    [fault] = faults_of(preview)
    assert fault == ("C2", "0", "The table has no cell for US and 1.2.1.")


@BOTH
@pytest.mark.parametrize(
    "heading",
    [["Commitment", "FR", "JP"], ["code", "member", "score"]],
)
def test_scores_above_the_headings_are_named(ending, heading):
    """Who sorts a sheet with its headings moves them below their own rows."""
    is_matrix = "member" not in heading
    rows = [["Our table"], ["1.2.1", "1" if is_matrix else "FR", "0"], heading]
    rows += [["1.2.2", "1" if is_matrix else "FR", "0"]]
    write = {"xlsx": as_xlsx, "csv": as_csv}[ending]
    preview = preview_of(write(rows), blank_table(), f"own.{ending}")
    [fault] = faults_of(preview)
    expected = "This row is above the headings. Move it below them."
    assert fault == ("A2", "1.2.1", expected)
    assert not preview.can_apply


# ---- The list ------------------------------------------------------------------------


@BOTH
def test_a_list_of_a_body_needs_no_row_keys(ending):
    rows = [
        ["code", "member", "score", "rationale", "sources", "as_of"],
        ["1.2.1", "Japan", "\u20131", "- No law\n- No plan", "", "2017-05-01"],
        ["1.2.2", "FR", "N/A", "", "https://example.org", ""],
    ]
    write = {"xlsx": as_xlsx, "csv": as_csv}[ending]
    rows[1][1] = "JP"
    preview = preview_of(write(rows), blank_table(), f"own.{ending}")
    assert faults_of(preview) == []
    first, second = preview.rows
    assert first.text == scored("-1", rationale="- No law\n- No plan")
    assert (second.text.score, second.text.sources) == (
        "not_applicable",
        "https://example.org",
    )
    # Without a day it is today, or the day of the stocktake's close.
    assert second.text.as_of == blank_table().days.default_as_of


@BOTH
@pytest.mark.parametrize("language", ["de", "en", "fr", "it", "ja"])
def test_a_sheet_is_read_in_the_language_in_which_it_was_written(ending, language):
    with override(language):
        content = written(blank_table(), ending)
    preview = preview_of(content, blank_table(), f"sheet.{ending}")
    assert faults_of(preview) == []
    assert preview.counts[RowOutcome.UNCHANGED] == 4


@BOTH
def test_rows_may_be_sorted_and_deleted(ending):
    present = blank_table()
    if ending == "xlsx":
        content = filled(written(present), {(5, "score"): "1"}, do=_delete_first_rows)
    else:
        content = filled_csv(written(present, "csv"), {(5, "score"): "1"})
    preview = preview_of(content, present, f"sheet.{ending}")
    assert faults_of(preview) == []
    assert preview.counts[RowOutcome.NEW] == 1
    assert preview.of(RowOutcome.NEW)[0].code == "1.2.2-JP"


def _delete_first_rows(page):
    page.delete_rows(FIRST, 2)


def test_a_list_with_an_unknown_or_a_repeated_column_is_refused():
    rows = [["code", "member", "score", "score", "verdict"], ["1.2.1", "FR", "1"]]
    preview = preview_of(as_xlsx(rows), blank_table())
    assert [message.split(".")[0] for *_where, message in faults_of(preview)] == [
        "“verdict” is not a column of the sheet",
        "The column “Score” is there twice",
    ]


@BOTH
def test_text_beside_the_columns_is_named(ending):
    rows = [["code", "member", "score"], ["1.2.1", "FR", "1", "", "note"]]
    write = {"xlsx": as_xlsx, "csv": as_csv}[ending]
    preview = preview_of(write(rows), blank_table(), f"own.{ending}")
    [fault] = faults_of(preview)
    assert fault == ("E2", "note", "There is text outside the columns. Delete it.")


# ---- Files that are no sheet ---------------------------------------------------------


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_may_have_another_separator_and_encoding(separator, encoding):
    rows = [["", "FR", "JP"], ["1.2.1", "\u22121", "1"]]
    content = as_csv(rows, separator=separator, encoding=encoding)
    preview = preview_of(content, blank_table(), "own.csv")
    assert list(scores_of(preview).values()) == ["-1", "1"]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.xlsx", "The file is empty"),
        (b"a", "a.xlsx", "damaged, or it is not a workbook"),
        (b"a,b\r\n1,2", "a.csv", "not a sheet of scores"),
        (b'"', "a.csv", "not a sheet of scores"),
        ("é".encode("latin-1"), "a.csv", "letters of this file cannot be read"),
        (b"%PDF-1.7", "a.pdf", "Upload the sheet as XLSX or CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "has a password"),
        (b"PK", "a.xlsm", "contains macros"),
        (b"a" * (limits.SHEET_BYTES + 1), "a.csv", "at most 20 MB"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_as_a_whole(content, name, sentence):
    assert sentence in refusal(content, name)


def test_a_workbook_without_the_headings_or_with_two_sheets_is_refused():
    assert "not a sheet of scores" in refusal(as_xlsx([["a", "b"], [1, 2]]))
    book = openpyxl.load_workbook(io.BytesIO(written(blank_table())))
    book.copy_worksheet(book["Scores"])
    assert "Two sheets of this workbook have scores" in refusal(saved(book))


def test_a_workbook_that_unpacks_too_big_is_refused(monkeypatch):
    content = added(written(blank_table()), "xl/big.xml", b" " * 1_000_000)
    name = "progress.uploaded_sheets.workbook_reading.MOST_UNPACKED"
    monkeypatch.setattr(name, 100_000)
    assert refusal(content) == str(reader.TOO_MANY_ROWS)


@BOTH
def test_more_rows_than_the_limit_are_refused(ending):
    rows = [["", "FR", "JP"], *([["1.2.1", "1", "1"]] * (limits.SHEET_ROWS + 1))]
    write = {"xlsx": as_xlsx, "csv": as_csv}[ending]
    assert refusal(write(rows), f"own.{ending}") == str(reader.TOO_MANY_ROWS)


def test_a_csv_has_no_more_columns_than_a_workbook():
    rows = [["", "FR", "JP"], ["1.2.1", "1", "0"]]
    far = [*rows, [*[""] * MOST_COLUMNS, "x"]]
    assert refusal(as_csv(far), "own.csv") == str(reader.TOO_MANY_ROWS)
    blank = [[*row, *[""] * 100_000] for row in rows]
    preview = preview_of(as_csv(blank), blank_table(), "own.csv")
    assert faults_of(preview) == []
    assert list(scores_of(preview).values()) == ["1", "0"]


def test_blank_rows_far_down_a_csv_do_not_count():
    content = as_csv([["", "FR", "JP"], ["1.2.1", "1", "0"]])
    found = read_csv(content + b"\r\n" * MOST_ROWS, is_heading=any)
    assert len(found) == MOST_ROWS
    with pytest.raises(OversizedCsvError):
        read_csv(content + b"\r\n" * MOST_ROWS + b"x", is_heading=any)
