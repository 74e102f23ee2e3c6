"""Write a workbook that a person fills in: guidance, rows, and lists to choose from.

Only the cells to fill in can be typed into. There is no password: the protection keeps
a person from mistakes, and the keys of the rows show what was changed all the same.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from progress.sheets.row_heights import row_height
from progress.sheets.workbook import (
    HEADING,
    TEXT,
    new_workbook,
    set_up_print,
    sheet_name,
    write_headings,
    write_text,
)

WIDTH_OF_GUIDANCE: Final = 100
HEIGHT_OF_HEADINGS: Final = 30  # two lines, in points
LINE: Final = {"bottom": 1, "bottom_color": "#C4CAD1"}
GREY: Final = {"bg_color": "#F0F1F3", "font_color": "#3A4048"}
LOCKED_CELL: Final = {**TEXT, **LINE, **GREY}
# "@" keeps what a person types a text, also "- first point" and "=".
OPEN_CELL: Final = {**TEXT, **LINE, "num_format": "@", "locked": False}
DAY_CELL: Final = {**OPEN_CELL, "num_format": "yyyy-mm-dd", "align": "left"}
LOCKED_HEADING: Final = {**HEADING, "bg_color": "#5B6470"}


@dataclass(frozen=True)
class FilledColumn:
    """A column: its heading, its width in characters, and what may be typed into it."""

    heading: str
    width: int
    is_open: bool = False
    # The key of a row is never seen.
    is_hidden: bool = False
    is_day: bool = False
    # What may be chosen, and what the program does with all else.
    choices: Sequence[str] = ()
    refuses_others: Literal["stop", "warning", "never"] = "stop"
    # Of the texts of this column, in characters.
    limit: int | None = None


@dataclass(frozen=True)
class FilledRow:
    """The texts of a row, and whether it cannot be filled in now."""

    cells: Sequence[str]
    is_locked: bool = False


@dataclass(frozen=True)
class FilledWorkbook:
    """What such a workbook holds. `guidance` has labels with their texts."""

    title: str
    mark: str
    header: str
    footer: str
    guidance: Sequence[tuple[str, str]]
    rows_title: str
    columns: Sequence[FilledColumn]
    rows: Sequence[FilledRow]
    # Columns that stay in sight while the others are scrolled.
    frozen: int = 1
    # On paper, each with the frozen columns at its left.
    pages_across: int = 3

    @property
    def printed(self) -> Sequence[FilledColumn]:
        return [column for column in self.columns if not column.is_hidden]


def filled_xlsx(of: FilledWorkbook) -> bytes:
    """Return the workbook's file."""
    buffer = io.BytesIO()
    book = new_workbook(buffer, title=of.title, language=get_language() or "")
    guide = book.add_worksheet(sheet_name(_("Read this first")))
    rows = book.add_worksheet(sheet_name(of.rows_title))
    lists = book.add_worksheet(sheet_name(_("Lists")))
    _write_guidance(guide, of, book)
    _write_rows(rows, of, book)
    _offer_choices(rows, of, _write_lists(lists, of, book))
    lists.hide()
    for each in (guide, rows):
        set_up_print(each, header=f"{of.mark}  {of.header}", footer=of.footer)
    rows.fit_to_pages(of.pages_across, 0)
    rows.activate()
    book.close()
    return buffer.getvalue()


def _write_guidance(guide: Worksheet, of: FilledWorkbook, book: Workbook) -> None:
    label_style = book.add_format({**TEXT, "bold": True})
    text_style = book.add_format(TEXT)
    guide.set_column(0, 0, 20)
    guide.set_column(1, 1, WIDTH_OF_GUIDANCE)
    guide.hide_gridlines(2)
    for number, (label, text) in enumerate(of.guidance):
        write_text(guide, number, 0, label, label_style)
        write_text(guide, number, 1, text, text_style)
        guide.set_row(number, row_height([(text, WIDTH_OF_GUIDANCE)]))
    guide.protect()


def _write_rows(rows: Worksheet, of: FilledWorkbook, book: Workbook) -> None:
    """Write the rows. One that cannot be filled in now has grey cells only."""
    styles = [book.add_format(_style_of(column)) for column in of.columns]
    locked = [book.add_format(_locked(_style_of(column))) for column in of.columns]
    _write_column_headings(rows, of, book)
    for number, row in enumerate(of.rows, 1):
        for index, style in enumerate(locked if row.is_locked else styles):
            _write_cell(rows, (number, index), of.columns[index], row, style)
        cells = zip(row.cells, of.columns, strict=True)
        texts = ((text, column.width) for text, column in cells if not column.is_hidden)
        rows.set_row(number, row_height(texts))
    last = len(of.rows), len(of.printed) - 1
    rows.autofilter(0, 0, *last)
    rows.print_area(0, 0, *last)
    rows.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _style_of(column: FilledColumn) -> dict[str, Any]:
    if not column.is_open:
        return LOCKED_CELL
    return DAY_CELL if column.is_day else OPEN_CELL


def _locked(style: Mapping[str, Any]) -> dict[str, Any]:
    """Return a style in grey. A day is still formatted as one."""
    return {**style, **GREY, "locked": True}


def _write_cell(
    rows: Worksheet,
    place: tuple[int, int],
    column: FilledColumn,
    row: FilledRow,
    style: Format,
) -> None:
    """Write a text, or a day as a day, so that the program's own calendar takes it."""
    text = row.cells[place[1]]
    if text and column.is_day:
        rows.write_datetime(*place, date.fromisoformat(text), style)
    else:
        write_text(rows, *place, text, style)


def _write_column_headings(rows: Worksheet, of: FilledWorkbook, book: Workbook) -> None:
    """Write the headings. Those of cells to fill in have their own colour."""
    is_open, is_locked = book.add_format(HEADING), book.add_format(LOCKED_HEADING)
    write_headings(rows, [column.heading for column in of.columns], is_locked)
    rows.freeze_panes(1, of.frozen)
    rows.repeat_columns(0, of.frozen - 1)
    rows.set_row(0, HEIGHT_OF_HEADINGS)
    for index, column in enumerate(of.columns):
        rows.set_column(index, index, column.width, None, {"hidden": column.is_hidden})
        if column.is_open:
            write_text(rows, 0, index, column.heading, is_open)


# ---- What may be chosen --------------------------------------------------------------


def _write_lists(
    lists: Worksheet, of: FilledWorkbook, book: Workbook
) -> Mapping[str, str]:
    """Write what may be chosen. Return where each list is, by the column's heading."""
    style = book.add_format(TEXT)
    places: dict[str, str] = {}
    columns = [column for column in of.columns if column.choices]
    for index, column in enumerate(columns):
        for number, label in enumerate(column.choices):
            write_text(lists, number, index, label, style)
        letter = xl_col_to_name(index)
        name = lists.get_name().replace("'", "''")
        last = len(column.choices)
        places[column.heading] = f"='{name}'!${letter}$1:${letter}${last}"
    return places


def _offer_choices(
    rows: Worksheet, of: FilledWorkbook, places: Mapping[str, str]
) -> None:
    """Let the program offer the lists, and warn of a text that is too long."""
    if not of.rows:
        return
    for index, column in enumerate(of.columns):
        check = _check_of(column, places)
        if check:
            rows.data_validation(1, index, len(of.rows), index, check)


def _check_of(column: FilledColumn, places: Mapping[str, str]) -> dict[str, Any]:
    """Return the check of a column's cells, as XlsxWriter takes it; {} without one."""
    if column.choices:
        return {
            "validate": "list",
            "source": places[column.heading],
            "error_type": column.refuses_others.replace("never", "information"),
            "show_error": column.refuses_others != "never",
            "error_title": column.heading,
            "error_message": _("Choose a value from the list."),
        }
    if column.limit is not None:
        return {
            "validate": "length",
            "criteria": "<=",
            "value": column.limit,
            "error_type": "warning",
            "error_title": column.heading,
            "error_message": _("At most %(limit)d characters.")
            % {"limit": column.limit},
        }
    return {}
