"""Cells that are refused. Every fault is named at once, with its row and column."""

from datetime import date, datetime

import pytest

from progress import limits
from tests.progress.update_sheets.refusing import (
    ROWS,
    assert_refused,
    edited,
    faults_of,
    only_fault,
)
from tests.progress.update_sheets.sample_sheets import (
    FIRST,
    HEADINGS,
    drafted,
    filled,
    preview_filled,
    preview_of,
    row,
    sheet,
    written,
)

# ---- Cells ---------------------------------------------------------------------------


def put(column, **attributes):
    """Set attributes of the first cell of a column, after it was filled in."""

    def do(_book, page):
        [place] = [cell.column for cell in page[1] if cell.value == HEADINGS[column]]
        for name, value in attributes.items():
            setattr(page.cell(FIRST, place), name, value)

    return do


def test_a_formula_is_refused_also_with_its_value():
    do = put("narrative", value='="Two"&" bureaus"')
    content = filled(written(sheet(drafted())), {}, do=do)
    with_value = edited(content, ROWS, b"<v></v>", b"<v>Two</v>")
    assert content != with_value
    for each in (content, with_value):
        fault = only_fault(preview_of(each, sheet(drafted())))
        assert (fault.line, fault.column) == (FIRST, "Narrative")
        assert "formula" in fault.message


def test_an_error_is_refused():
    do = put("narrative", value="#NAME?", data_type="e")
    assert_refused({}, "narrative", "shows an error", do=do)


@pytest.mark.parametrize("number", [42881, 1.5])
def test_a_number_in_a_cell_without_the_format_of_a_day_is_refused(number):
    do = put("as_of", value=number, number_format="General")
    assert_refused({}, "as_of", "a number, not a day", do=do)


@pytest.mark.parametrize("number", [42881, datetime(2017, 5, 26, 12)])  # noqa: DTZ001
def test_a_number_in_a_cell_with_the_format_of_a_day_is_that_day(number):
    present = sheet(drafted())
    content = filled(written(present), {(FIRST, "as_of"): number})
    [found] = preview_of(content, present, today=date(2017, 5, 26)).rows
    assert found.text.as_of == date(2017, 5, 26)


def test_merged_cells_are_refused():
    present = sheet(drafted("1.1"), drafted("1.2"))

    def merge(_book, page):
        page.merge_cells(start_row=2, end_row=3, start_column=1, end_column=1)

    fault = only_fault_of(preview_filled(present, {}, do=merge), "merged")
    assert (fault.line, fault.column) == (FIRST, "Commitment")


def only_fault_of(preview, word):
    [fault] = [one for one in preview.all_faults if word in one.message]
    return fault


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("as_of", "20/05/2017", "Write the day as 2017-05-26."),
        ("as_of", "yesterday", "Write the day as 2017-05-26."),
        ("as_of", "2016-05-26", "between the plan's adoption"),
        ("as_of", "2017-05-21", "between the plan's adoption"),
        ("as_of", "[clear]", "cannot be empty"),
        ("handling", "[clear]", "cannot be empty"),
        ("is_at_risk", "[clear]", "cannot be empty"),
        ("language", "[clear]", "cannot be empty"),
        ("language", "Klingon", "BCP 47"),
        ("status", "Almost done", "Choose one of: Not started, Limited progress"),
        ("handling", "TLP:RED", "Choose one of: TLP:CLEAR, TLP:GREEN, TLP:AMBER."),
        ("is_at_risk", "maybe", "Choose one of: Yes, No."),
        ("narrative", 2017, "holds a number"),
        ("narrative", True, "holds a number"),
        ("narrative", date(2017, 5, 1), "holds a date"),
        ("narrative", "x" * (limits.NARRATIVE + 1), "the limit is 10,000"),
        ("next_steps", "x" * (limits.NEXT_STEPS + 1), "the limit is 4,000"),
        ("obstacles", "hidden \u202e order", "U+202E"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(column, value, sentence):
    assert_refused({(FIRST, column): value}, column, sentence)


def test_a_new_update_without_its_day_is_refused():
    changes = {(FIRST, "narrative"): "New."}
    assert_refused(
        changes, "as_of", "the day on which the text is true", present=sheet(row())
    )


def test_every_fault_of_every_row_is_named_at_once():
    present = sheet(drafted("1.1"), drafted("1.2"), row("1.3"))
    changes = {
        (2, "status"): "Done",
        (2, "handling"): "RED",
        (2, "state"): "Published",
        (3, "narrative"): "x" * 10_001,
        (4, "status"): "Implemented",
    }
    assert [where for *where, _m in faults_of(preview_filled(present, changes))] == [
        [2, "State"],
        [2, "Status"],
        [2, "Handling"],
        [3, "Narrative"],
        [4, "As of"],
    ]


def test_text_outside_the_columns_is_refused():
    def note(_book, page):
        page.cell(FIRST, 30).value = "A note"

    assert_refused({}, "", "outside the columns", do=note)
