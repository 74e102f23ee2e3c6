"""Cells and rows that are refused: each is named with its address, value and reason."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from progress import limits
from progress.assessments.sheets.reader import read_score_sheet
from progress.uploaded_sheets.previews import RowOutcome
from tests.progress.assessment_sheets.sample_score_sheets import (
    DAYS,
    as_csv,
    as_xlsx,
    blank_table,
    cell_row,
    csv_rows,
    faults_of,
    filled,
    filled_csv,
    preview_of,
    saved,
    score_sheet,
    scored,
    written,
)

SIGN = "There is a sign without a digit. Type +1, 0, \u22121 or n/a."
CHOICES = "Type +1, 0, \u22121 or n/a."


def refused(changes, present=None, ending="xlsx", do=None):
    """Return the faults of a sheet of ours after filling it in."""
    present = present or blank_table()
    if ending == "xlsx":
        content = filled(written(present), changes, do=do)
    else:
        content = filled_csv(written(present, "csv"), changes)
    preview = preview_of(content, present, f"sheet.{ending}")
    assert not preview.can_apply
    return faults_of(preview)


def test_every_bad_cell_is_named_and_not_only_the_first():
    found = refused(
        {
            (2, "score"): "-",
            (3, "score"): 2,
            (3, "as_of"): "26 May 2017",
            (4, "rationale"): "x" * (limits.RATIONALE + 1),
            (4, "score"): "yes",
            (5, "sources"): "hidden \u202e text",
            (5, "score"): "1",
        }
    )
    assert [(cell, message) for cell, _value, message in found] == [
        ("D2", SIGN),
        ("D3", CHOICES),
        ("G3", "Write the day as 2017-05-26."),
        ("D4", CHOICES),
        ("E4", "This text has 10,001 characters; the limit is 10,000."),
        ("F5", "There is a right-to-left override (U+202E) after “hidden”. Delete it."),
    ]
    assert [value for _cell, value, _message in found][:3] == ["-", "2", "26 May 2017"]


def test_the_addresses_of_a_csv_are_those_a_spreadsheet_program_shows():
    [(cell, value, message)] = refused({(3, "score"): "?"}, ending="csv")
    rows = csv_rows(written(blank_table(), "csv"))
    top = next(n for n, cells in enumerate(rows, 1) if "Score" in cells)
    assert (cell, value, message) == (f"D{top + 2}", "?", CHOICES)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("score", 0.5, CHOICES),
        ("score", date(2017, 5, 1), CHOICES),
        ("score", True, CHOICES),
        ("score", "\u22121\u200b", "zero width space (U+200B)"),
        ("as_of", 42881.5, "This is a number, not a day"),
        ("as_of", "[clear]", "This field cannot be empty"),
        ("as_of", date(2016, 5, 26), "between the plan's adoption"),
        ("as_of", date(2017, 5, 21), "between the plan's adoption"),
        ("rationale", 1, "This cell holds a number"),
        ("rationale", "a\u2067b", "without its other half in the same line"),
        ("sources", date(2017, 5, 1), "This cell holds a date"),
        ("sources", "x" * 4_001, "the limit is 4,000"),
        ("self_report", "Implemented, we say", "only to be read"),
        ("commitment", "1.2.2", "The row key is of another commitment or member"),
        ("member", "JP", "The row key is of another commitment or member"),
        ("commitment", "9.9", "not the code of a commitment"),
        ("member", "XX", "not a member of this plan"),
        ("row_key", "made up", "The row key was changed"),
    ],
)
def test_one_bad_cell_is_refused_with_its_reason(name, value, reason):
    present = score_sheet(cell_row(text=scored()))
    others = blank_table(codes=("1.2.2",)).rows
    known = replace(present, rows=(*present.rows, *others, cell_row(member="JP")))
    changes = {(2, "score"): "0"} | {(2, name): value}

    def as_number(page):
        if not isinstance(value, str | date):
            for cell in page[2]:
                if cell.value == value:
                    cell.number_format = "General"

    found = preview_of(filled(written(present), changes, do=as_number), known)
    [fault] = faults_of(found)
    assert reason in fault[2]
    assert not found.can_apply


def test_a_formula_is_refused_with_and_without_a_value():
    def formula(page):
        page["D2"].value = "=1+0"
        page["D2"].data_type = "f"

    [(cell, _value, message)] = refused({}, do=formula)
    assert (cell, message) == (
        "D2",
        "This cell has a formula. Replace it with the text itself.",
    )


@pytest.mark.parametrize(
    "rows",
    [
        [["", "FR", "JP"], ["1.2.1", "1", "0"], ["=A!A3", "=A!B3", "=A!C3"]],
        [["code", "member", "score"], ["=A!A2", "=A!B2", "=A!C2"]],
    ],
)
def test_a_last_row_of_formulas_without_values_is_not_left_out(rows):
    """Programs that calculate nothing write formulas alone, with no value beside."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    preview = preview_of(saved(book), blank_table())
    found = {(cell, message[:23]) for cell, _value, message in faults_of(preview)}
    line = len(rows)
    assert found == {(f"{column}{line}", "This cell has a formula") for column in "ABC"}
    assert not preview.can_apply


def test_a_cell_of_a_csv_that_is_far_too_long_is_named():
    """Python's own module would refuse the file, and not say which cell it is."""
    rows = [
        ["code", "member", "score", "rationale"],
        ["1.2.1", "FR", "1", "a" * 200_000],
    ]
    [(cell, _value, message)] = faults_of(
        preview_of(as_csv(rows), blank_table(), "a.csv")
    )
    expected = "This text has 200,000 characters; the limit is 10,000."
    assert (cell, message) == ("D2", expected)


def test_an_error_and_merged_cells_are_refused():
    def spoil(page):
        page["D2"].value, page["D2"].data_type = "#NAME?", "e"
        page.merge_cells("D3:D4")

    found = refused({}, do=spoil)
    assert [(cell, message.split(".")[0]) for cell, _value, message in found] == [
        ("D2", "This cell shows an error"),
        ("D3", "Cells are merged here"),
    ]


def test_a_cell_of_the_table_that_is_there_twice_is_named_both_times():
    rows = [["code", "member", "score"], ["1.2.1", "FR", "1"], ["1.2.1", "France", "0"]]
    preview = preview_of(as_xlsx(rows), blank_table())
    assert [(cell, message[:41]) for cell, _value, message in faults_of(preview)] == [
        ("A2", "This commitment and member are in the she"),
        ("A3", "This commitment and member are in the she"),
    ]


def test_a_row_of_an_unknown_name_is_still_looked_through():
    rows = [["code", "member", "score"], ["9.9", "XX", "maybe"]]
    preview = preview_of(as_xlsx(rows), blank_table())
    assert {cell for cell, *_rest in faults_of(preview)} == {"A2", "B2", "C2"}


def test_a_score_needs_a_published_guideline():
    present = score_sheet(cell_row(has_guideline=False), cell_row(member="JP"))
    [(cell, value, message)] = refused({(2, "score"): "1"}, present)
    expected = "Publish a guideline for this commitment before you score it."
    assert (cell, value, message) == ("D2", "1", expected)


def test_a_text_alone_needs_no_guideline():
    present = score_sheet(cell_row(has_guideline=False))
    content = filled(written(present), {(2, "rationale"): "Not scored yet."})
    preview = preview_of(content, present)
    assert faults_of(preview) == []
    assert preview.counts[RowOutcome.CHANGED] == 1


# ---- Sheets of other tables and of older versions ------------------------------------


def test_a_sheet_of_another_table_is_refused_row_by_row():
    content = filled(written(blank_table()), {(2, "score"): "1"})
    other = replace(blank_table(), table=score_sheet(table=2).table)
    preview = preview_of(content, other)
    assert preview.counts[RowOutcome.REFUSED] == 4
    assert all("sheet of another table" in fault[2] for fault in faults_of(preview))


def test_a_changed_cell_of_an_older_version_is_a_conflict_with_both_values():
    before = score_sheet(cell_row(version=3))
    content = filled(written(before), {(2, "score"): "1", (2, "as_of"): "2017-05-01"})
    now = score_sheet(cell_row(version=4, text=scored("-1")))
    [row] = preview_of(content, now).rows
    assert row.outcome is RowOutcome.CONFLICT
    assert (row.present.text.score, row.text.score) == ("-1", "1")
    # What the person did not change stays as it is saved now.
    assert row.text.rationale == "A law was adopted."


def test_an_unchanged_cell_of_an_older_version_changes_nothing():
    content = written(score_sheet(cell_row(version=3)))
    now = score_sheet(cell_row(version=4, text=scored("-1")))
    [row] = preview_of(content, now).rows
    assert row.outcome is RowOutcome.UNCHANGED
    assert row.kept == ()


def test_a_cell_that_says_what_is_saved_now_is_no_conflict():
    content = filled(written(score_sheet(cell_row())), {(2, "score"): "0"})
    now = score_sheet(cell_row(version=9, text=scored("0")))
    [row] = preview_of(content, now).rows
    assert row.outcome is RowOutcome.UNCHANGED


# ---- Blanks --------------------------------------------------------------------------


def test_a_blank_never_deletes_and_the_preview_says_what_stays():
    present = score_sheet(cell_row(text=scored("1", sources="https://example.org")))
    blank = {(2, name): None for name in ("score", "rationale", "sources", "as_of")}
    [row] = preview_of(filled(written(present), blank), present).rows
    assert row.outcome is RowOutcome.UNCHANGED
    assert row.kept == ("score", "rationale", "sources", "as_of")


def test_a_blank_in_a_matrix_leaves_the_score_and_says_so():
    present = score_sheet(cell_row(text=scored("1")), cell_row(member="JP"))
    rows = [["", "FR", "JP"], ["1.2.1", " ", ""]]
    kept, never = preview_of(as_xlsx(rows), present).rows
    assert (kept.outcome, kept.kept) == (RowOutcome.UNCHANGED, ("score",))
    assert never.kept == ()


def test_the_mark_of_clearing_empties_a_score_and_its_texts():
    present = score_sheet(cell_row(text=scored("1", sources="https://example.org")))
    names = ("score", "rationale", "sources")
    typed = {(2, name): "[Clear] " for name in names}
    [row] = preview_of(filled(written(present), typed), present).rows
    assert row.outcome is RowOutcome.CHANGED
    assert (row.text.score, row.text.rationale, row.text.sources) == ("", "", "")


def test_a_key_is_of_no_use_without_its_signature():
    rows = csv_rows(written(blank_table(), "csv"))
    rows[-1][-1] = rows[-1][-1][:-1] + ("a" if rows[-1][-1][-1] != "a" else "b")
    rows[-1][3] = "1"
    preview = preview_of(as_csv(rows), blank_table(), "a.csv")
    [fault] = faults_of(preview)
    assert "The row key was changed" in fault[2]


def test_the_days_of_a_closed_stocktake_end_today():
    days = replace(DAYS, closed_on=date(2017, 4, 1))
    present = score_sheet(cell_row(), days=days)
    content = filled(written(present), {(2, "score"): "1"})
    read = read_score_sheet(content, "a.xlsx", present)
    assert read.faults == ()
    [row] = preview_of(content, present).rows
    assert row.text.as_of == date(2017, 4, 1)
