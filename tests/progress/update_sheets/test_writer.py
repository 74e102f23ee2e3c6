"""What a downloaded sheet looks like: what can be typed, chosen and printed."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from progress import limits
from progress.stocktakes.deadlines import Deadline
from progress.update_sheets.columns import (
    COLUMNS,
    OPEN,
    names_of,
    values_by_choice,
)
from progress.update_sheets.writer import sheet_file_name
from progress.uploaded_sheets.headings import as_compared
from tests.progress.update_sheets.sample_sheets import (
    HEADINGS,
    drafted,
    row,
    sheet,
    text,
    written,
)

DUE = datetime(2017, 5, 22, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def content():
    deadline = Deadline(DUE, DUE, is_extended=False, is_past=False, is_over=False)
    locked = row("1.3", why_locked="Published.", last=text(narrative="Done."))
    present = sheet(drafted("1.1", last=text(is_at_risk=True)), row("1.2"), locked)
    with timezone.override("Asia/Tokyo"):
        return written(replace(present, deadline=deadline))


@pytest.fixture(scope="module")
def book(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def page(book):
    return book["Updates"]


def cells(page, line):
    return {
        column.name: page.cell(line, number) for number, column in enumerate(COLUMNS, 1)
    }


def test_the_last_text_is_beside_the_new_one():
    names = [column.name for column in COLUMNS]
    for name in ("narrative", "next_steps", "obstacles"):
        assert names[names.index(name) - 1] == f"last_{name}"


def test_only_the_cells_to_fill_in_can_be_typed_into(page):
    assert page.protection.sheet
    assert page.protection.password is None
    for line in (2, 3):
        can_type = {
            n for n, cell in cells(page, line).items() if not cell.protection.locked
        }
        assert can_type == {column.name for column in OPEN}
    assert all(cell.protection.locked for cell in cells(page, 4).values())


def test_what_is_typed_stays_a_text_and_a_day_a_day(page):
    for line in (2, 3):
        found = cells(page, line)
        for column in OPEN:
            expected = "yyyy-mm-dd" if column.name == "as_of" else "@"
            assert found[column.name].number_format == expected
            assert found[column.name].quotePrefix


def test_status_handling_risk_and_language_are_chosen_from_lists(book, page):
    letters = {cell.value: cell.column_letter for cell in page[1]}
    offered = {}
    for check in page.data_validations.dataValidation:
        if check.type == "list":
            [area] = check.sqref.ranges
            name, _mark, place = check.formula1.partition("!")
            values = [
                cell.value for [cell] in book[name.strip("'")][place.replace("$", "")]
            ]
            offered[area.coord] = values
    assert set(offered) == {
        f"{letters[HEADINGS[name]]}2:{letters[HEADINGS[name]]}4"
        for name in ("status", "handling", "is_at_risk", "language")
    }
    assert ["Yes", "No"] in offered.values()
    assert ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"] in offered.values()
    [statuses] = [one for one in offered.values() if "Implemented" in one]
    assert statuses[-1] == "[clear]"
    assert book["Lists"].sheet_state == "hidden"


def test_a_text_that_is_too_long_is_warned_of(page):
    found = {
        check.formula1: check.errorStyle
        for check in page.data_validations.dataValidation
        if check.type == "textLength"
    }
    assert found == {
        str(limits.NARRATIVE): "warning",
        str(limits.NEXT_STEPS): "warning",
    }


def test_label_and_deadline_are_on_every_page_and_headings_on_each(book, page):
    for each in (book.worksheets[0], page):
        assert each.oddHeader.left.text.startswith("TLP:AMBER  Action Plan")
        assert each.oddFooter.left.text == "Due 23 May 2017, 01:00 JST"
    assert page.freeze_panes == "B2"
    assert page.print_title_rows == "$1:$1"
    assert page.print_title_cols == "$A:$A"
    assert "O" not in page.print_area.partition("!")[2]


def test_the_key_is_hidden_and_says_no_word_of_the_text(page):
    assert page.column_dimensions["O"].hidden
    assert cells(page, 2)["row_key"].value.startswith("ise-shima|spring|JP|1.1|")


def test_the_guidance_comes_first(book):
    guide = book.worksheets[0]
    words = " ".join(str(cell.value) for line in guide.iter_rows() for cell in line)
    assert guide.title == "Read this first"
    for part in ("TLP:AMBER", "Due 23 May 2017", "[clear]", "Formulas", "Evidence"):
        assert part in words


def test_it_has_no_formula_macro_or_link(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts.values())
    assert not any("vba" in name for name in parts)


def test_codes_and_days_are_never_alone_in_a_locked_cell_of_csv():
    """A program that opens CSV would make a date of 1.2, and save it as one."""
    csv = written(sheet(drafted("1.2", last=text())), "csv").decode()
    assert ",1.2," not in csv
    assert "\n1.2 INTERPOL databases," in csv


def test_csv_says_its_label_first():
    assert (
        written(sheet(row()), "csv")
        .decode("utf-8-sig")
        .startswith("Handling label,TLP:AMBER\r\n")
    )


def test_the_name_of_the_file_says_its_label_plan_and_member():
    assert sheet_file_name(sheet(), "csv") == "TLP-AMBER-ise-shima-JP-updates.csv"


def test_a_sheet_without_rows_or_stocktake_can_be_opened():
    empty = openpyxl.load_workbook(io.BytesIO(written(sheet(stocktake=""))))
    assert empty["Updates"].max_row == 1


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_a_sheet_is_read_in_the_language_in_which_it_was_written(language):
    with override(language):
        headings = [str(column.heading) for column in COLUMNS]
    assert names_of(headings) == [column.name for column in COLUMNS]
    assert names_of(["Another", *headings])[0] == ""


def test_no_choice_of_a_column_means_two_things_in_any_language():
    for column in COLUMNS:
        for language in dict(settings.LANGUAGES):
            with override(language):
                choices = {
                    str(text): key for key, text in (column.choices or {}).items()
                }
            known = values_by_choice(column.name)
            assert {text: known[as_compared(text)] for text in choices} == choices
