"""Write an update sheet as XLSX or CSV: the same columns that are read."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from accounts.dates import clock
from accounts.day_sentences import day_as
from progress.entries.text import TEXT_LIMITS
from progress.models import Handling
from progress.sheets.csv_text import csv_pieces_for_people
from progress.sheets.row_heights import row_height
from progress.sheets.table_files import file_name
from progress.sheets.workbook import (
    HEADING,
    TEXT,
    new_workbook,
    set_up_print,
    sheet_name,
    write_headings,
    write_text,
)
from progress.update_sheets.columns import CLEAR, COLUMNS, KEY, UpdateColumn
from progress.update_sheets.row_keys import RowKey, key_signer, written_key
from progress.update_sheets.rows import UpdateSheet

# Drafts are for the delegation alone, so every sheet has the strictest label.
MARK: Final = str(Handling.AMBER.label)
WIDTH_OF_GUIDANCE: Final = 100
# Columns that stay in sight while the others are scrolled.
FROZEN: Final = 1
HEIGHT_OF_HEADINGS: Final = 30  # two lines, in points
# On paper, each with the commitments at its left.
PAGES_ACROSS: Final = 3
LINE: Final = {"bottom": 1, "bottom_color": "#C4CAD1"}
GREY: Final = {"bg_color": "#F0F1F3", "font_color": "#3A4048"}
LOCKED_CELL: Final = {**TEXT, **LINE, **GREY}
# "@" keeps what a person types a text, also "- first point" and "=".
OPEN_CELL: Final = {**TEXT, **LINE, "num_format": "@", "locked": False}
DAY_CELL: Final = {**OPEN_CELL, "num_format": "yyyy-mm-dd", "align": "left"}
# How to fill in the sheet: labels with their texts.
GUIDANCE: Final = (
    (
        gettext_lazy("Fill in"),
        gettext_lazy("Type into the white cells. Only they are read."),
    ),
    (
        gettext_lazy("Leave as it is"),
        gettext_lazy(
            "A blank cell changes nothing. A new update begins with the last published"
            " text, so type only what differs, and the day."
        ),
    ),
    (
        gettext_lazy("Empty a text"),
        gettext_lazy("Type [clear] to empty a status, a narrative or another text."),
    ),
    (
        gettext_lazy("As of"),
        gettext_lazy("The day on which the text is true. Every new update needs one."),
    ),
    (
        gettext_lazy("Texts"),
        gettext_lazy(
            "They may have **bold**, - lists and [links](https://…). A text may begin"
            " with - or =, because the cells are formatted as text."
        ),
    ),
    (
        gettext_lazy("Refused"),
        gettext_lazy(
            "Formulas, merged cells and macros are refused. So are changes in the grey"
            " cells and in the headings. A deleted row changes nothing."
        ),
    ),
    (
        gettext_lazy("Evidence"),
        gettext_lazy("Add links and files on the page of each update."),
    ),
    (
        gettext_lazy("Upload"),
        gettext_lazy(
            "Upload the file on the page “Update by spreadsheet”. It shows every change"
            " first. Your updates stay drafts: nothing is sent to anyone."
        ),
    ),
)
# The key is never seen.
PRINTED: Final = tuple(column for column in COLUMNS if column.name != KEY)
LOCKED_HEADING: Final = {**HEADING, "bg_color": "#5B6470"}


def sheet_file_name(sheet: UpdateSheet, ending: str) -> str:
    """Return the name of a sheet's file, with its handling label."""
    return file_name([MARK, sheet.plan.slug, sheet.member, _("updates")], ending)


def sheet_csv(sheet: UpdateSheet) -> bytes:
    """Return a sheet as CSV for people: what it is, the headings, the rows."""
    about = [[label, text] for label, text in _about(sheet)]
    headings = [str(column.heading) for column in COLUMNS]
    rows = ([*cells.values()] for cells in _written_rows(sheet))
    return b"".join(csv_pieces_for_people([*about, [], headings, *rows]))


def sheet_xlsx(sheet: UpdateSheet) -> bytes:
    """Return a sheet as a workbook: guidance, the rows, and the lists to choose from.

    Only the cells to fill in can be typed into. There is no password: the protection
    keeps a person from mistakes, and `row_keys` finds what was changed all the same.
    """
    buffer = io.BytesIO()
    book = new_workbook(buffer, title=_title(sheet), language=get_language() or "")
    guide = book.add_worksheet(sheet_name(_("Read this first")))
    rows = book.add_worksheet(sheet_name(_("Updates")))
    lists = book.add_worksheet(sheet_name(_("Lists")))
    _write_guidance(guide, sheet, book)
    _write_rows(rows, sheet, book)
    _offer_choices(rows, sheet, _write_lists(lists, book))
    lists.hide()
    for each in (guide, rows):
        set_up_print(each, header=f"{MARK}  {sheet.plan.title}", footer=_due(sheet))
    rows.fit_to_pages(PAGES_ACROSS, 0)
    rows.activate()
    book.close()
    return buffer.getvalue()


def _written_rows(sheet: UpdateSheet) -> Iterator[dict[str, str]]:
    """Yield the text of each cell by its column, row by row."""
    signer = key_signer()
    for row in sheet.rows:
        cells = {column.name: column.text(row) for column in COLUMNS}
        cells[KEY] = written_key(RowKey.of(row, cells, sheet), signer)
        yield cells


# ---- What the sheet says about itself ------------------------------------------------


def _title(sheet: UpdateSheet) -> str:
    about = {"member": sheet.member, "plan": sheet.plan.title}
    return _("Updates of %(member)s: %(plan)s") % about


def _due(sheet: UpdateSheet) -> str:
    """Return until when updates are on time, in the reader's time zone."""
    if sheet.deadline is None:
        return _("No stocktake is open")
    due = sheet.deadline
    local = timezone.localtime(due.accepted_until if due.is_extended else due.due_at)
    return _("Due %(day)s, %(time)s") % {
        "day": day_as(local),
        "time": clock(local),
    }


def _about(sheet: UpdateSheet) -> list[tuple[str, str]]:
    """Return what the sheet is, as labels with their texts."""
    stocktake = sheet.stocktake.title if sheet.stocktake else _("No stocktake is open")
    return [
        (_("Handling label"), MARK),
        (_("Plan"), sheet.plan.title),
        (_("Member"), sheet.member),
        (_("Stocktake"), stocktake),
        (_("Deadline"), _due(sheet)),
    ]


# ---- The workbook --------------------------------------------------------------------


def _write_guidance(guide: Worksheet, sheet: UpdateSheet, book: Workbook) -> None:
    label_style = book.add_format({**TEXT, "bold": True})
    text_style = book.add_format(TEXT)
    guide.set_column(0, 0, 20)
    guide.set_column(1, 1, WIDTH_OF_GUIDANCE)
    guide.hide_gridlines(2)
    lines = [*_about(sheet), *((str(label), str(text)) for label, text in GUIDANCE)]
    for number, (label, text) in enumerate(lines):
        write_text(guide, number, 0, label, label_style)
        write_text(guide, number, 1, text, text_style)
        guide.set_row(number, row_height([(text, WIDTH_OF_GUIDANCE)]))
    guide.protect()


def _write_rows(rows: Worksheet, sheet: UpdateSheet, book: Workbook) -> None:
    """Write the rows. One that cannot be filled in now has grey cells only."""
    styles = [book.add_format(_style_of(column)) for column in COLUMNS]
    locked = [book.add_format(_locked(_style_of(column))) for column in COLUMNS]
    _write_column_headings(rows, book)
    written = zip(sheet.rows, _written_rows(sheet), strict=True)
    for number, (row, cells) in enumerate(written, 1):
        for index, style in enumerate(locked if row.why_locked else styles):
            _write_cell(rows, (number, index), cells[COLUMNS[index].name], style)
        texts = ((cells[column.name], column.width) for column in PRINTED)
        rows.set_row(number, row_height(texts))
    last = len(sheet.rows), len(PRINTED) - 1
    rows.autofilter(0, 0, *last)
    rows.print_area(0, 0, *last)
    rows.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _style_of(column: UpdateColumn) -> dict[str, Any]:
    if not column.is_open:
        return LOCKED_CELL
    return DAY_CELL if column.name == "as_of" else OPEN_CELL


def _locked(style: Mapping[str, Any]) -> dict[str, Any]:
    """Return a style in grey. A day is still formatted as one."""
    return {**style, **GREY, "locked": True}


def _write_cell(
    rows: Worksheet, place: tuple[int, int], text: str, style: Format
) -> None:
    """Write a text, or a day as a day, so that the program's own calendar takes it."""
    row, column = place
    if text and COLUMNS[column].name == "as_of":
        rows.write_datetime(row, column, date.fromisoformat(text), style)
    else:
        write_text(rows, row, column, text, style)


def _write_column_headings(rows: Worksheet, book: Workbook) -> None:
    """Write the headings. Those of cells to fill in have their own colour."""
    is_open, is_locked = book.add_format(HEADING), book.add_format(LOCKED_HEADING)
    write_headings(rows, [str(column.heading) for column in COLUMNS], is_locked)
    rows.freeze_panes(1, FROZEN)
    rows.repeat_columns(0, FROZEN - 1)
    rows.set_row(0, HEIGHT_OF_HEADINGS)
    for index, column in enumerate(COLUMNS):
        hidden = {"hidden": column.name == KEY}
        rows.set_column(index, index, column.width, None, hidden)
        if column.is_open:
            write_text(rows, 0, index, str(column.heading), is_open)


# ---- What may be chosen --------------------------------------------------------------


def _write_lists(lists: Worksheet, book: Workbook) -> Mapping[str, str]:
    """Write what may be chosen in each column. Return where each list is, by column."""
    style = book.add_format(TEXT)
    places: dict[str, str] = {}
    columns = [column for column in COLUMNS if column.choices]
    for index, column in enumerate(columns):
        labels = [str(label) for label in (column.choices or {}).values()]
        if column.can_be_cleared:
            labels.append(CLEAR)
        for number, label in enumerate(labels):
            write_text(lists, number, index, label, style)
        letter = xl_col_to_name(index)
        name = lists.get_name().replace("'", "''")
        places[column.name] = f"='{name}'!${letter}$1:${letter}${len(labels)}"
    return places


def _offer_choices(
    rows: Worksheet, sheet: UpdateSheet, places: Mapping[str, str]
) -> None:
    """Let the program offer the lists, and warn of a text that is too long."""
    if not sheet.rows:
        return
    for index, column in enumerate(COLUMNS):
        check = _check_of(column, places)
        if check:
            rows.data_validation(1, index, len(sheet.rows), index, check)


def _check_of(column: UpdateColumn, places: Mapping[str, str]) -> dict[str, Any]:
    """Return the check of a column's cells, as XlsxWriter takes it; {} without one."""
    if column.name in places:
        # Another language may be named by its tag.
        kind = "warning" if column.name == "language" else "stop"
        return {
            "validate": "list",
            "source": places[column.name],
            "error_type": kind,
            "error_title": str(column.heading),
            "error_message": _("Choose a value from the list."),
        }
    if column.name in TEXT_LIMITS:
        limit = TEXT_LIMITS[column.name]
        return {
            "validate": "length",
            "criteria": "<=",
            "value": limit,
            "error_type": "warning",
            "error_title": str(column.heading),
            "error_message": _("At most %(limit)d characters.") % {"limit": limit},
        }
    return {}
