"""Tables that pages offer as files. Each says first what it is, then its rows.

A file has the handling mark, what was asked for, a row of headings, and the rows. The
CSV has the first two as lines above the headings, the XLSX as a sheet of its own.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from progress.sheets.csv_text import csv_pieces_for_people
from progress.sheets.row_heights import row_height, width_of_heading
from progress.sheets.workbook import (
    HEADING,
    TEXT,
    new_workbook,
    set_up_print,
    sheet_name,
    write_headings,
    write_text,
)

Cell = str | int

# A workbook is made in memory. Longer tables are for CSV, which is sent row by row.
MOST_WORKBOOK_ROWS: Final = 2_000
LONGEST_NAME: Final = 120
# UTF-16 units that a cell of a workbook can hold.
LONGEST_CELL: Final = 32_767
# The colour of the line below each row.
LINE: Final = "#C4CAD1"
WIDTH_OF_LABEL: Final = 24
WIDTH_OF_TEXT: Final = 80


@dataclass(frozen=True)
class TableColumn:
    """The heading of a column, and its width in a workbook, in characters."""

    heading: str
    width: float = 16


@dataclass(frozen=True)
class DownloadTable:
    """What a file of a page contains. Its rows are read once, when it is written."""

    title: str
    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[Cell]]
    count: int
    # Columns that stay in sight, and pages across on paper.
    frozen: int = 1
    pages_across: int = 1
    # Beside each label its value: the handling mark first, then what was asked for.
    about: Sequence[tuple[str, str]] = ()
    about_title: str = "About"
    # The parts of the file's name.
    name: Sequence[str] = ()
    language: str = "en"


def table_csv(table: DownloadTable) -> Iterator[bytes]:
    """Yield the table as CSV for people, row by row."""
    head = [*([label, value] for label, value in table.about), []]
    headings = [column.heading for column in table.columns]
    rows = ([str(cell) for cell in row] for row in table.rows)
    return csv_pieces_for_people(chain(head, [headings], rows))


def table_xlsx(table: DownloadTable) -> bytes:
    """Return the table as a workbook: a sheet on what it is, and one with the rows."""
    buffer = io.BytesIO()
    book = new_workbook(buffer, title=table.title, language=table.language)
    text = book.add_format({**TEXT, "bottom": 1, "bottom_color": LINE})
    heading = book.add_format(HEADING)
    mark = " ".join(value for _label, value in table.about[:1])
    about = book.add_worksheet(sheet_name(table.about_title))
    _write_about(about, table.about, heading, text)
    sheet = book.add_worksheet(sheet_name(table.title))
    _write_rows(sheet, table, heading, text)
    for each in (about, sheet):
        set_up_print(each, header=mark, footer=table.title)
    sheet.fit_to_pages(table.pages_across, 0)
    book.close()
    return buffer.getvalue()


def _write_about(
    sheet: Worksheet, about: Sequence[tuple[str, str]], heading: Format, text: Format
) -> None:
    sheet.set_column(0, 0, WIDTH_OF_LABEL)
    sheet.set_column(1, 1, WIDTH_OF_TEXT)
    for row, (label, value) in enumerate(about):
        write_text(sheet, row, 0, label, heading)
        write_text(sheet, row, 1, value, text)
        sheet.set_row(row, row_height([(value, WIDTH_OF_TEXT)]))


def _write_rows(
    sheet: Worksheet, table: DownloadTable, heading: Format, text: Format
) -> None:
    """Write the headings and the rows below them.

    A text that is too long for a cell goes on in the row below.
    """
    headings = [column.heading for column in table.columns]
    widths = [
        max(column.width, width_of_heading(column.heading)) for column in table.columns
    ]
    write_headings(sheet, headings, heading)
    sheet.freeze_panes(1, table.frozen)
    sheet.repeat_columns(0, table.frozen - 1)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    line = 0
    for row in table.rows:
        for cells in _lines_of(row):
            line += 1
            _write_line(sheet, line, cells, text)
            texts = [str(cell) for cell in cells]
            sheet.set_row(line, row_height(zip(texts, widths, strict=True)))
    sheet.autofilter(0, 0, line, len(headings) - 1)


def _lines_of(row: Sequence[Cell]) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of a row: one, unless a text is too long for a cell."""
    parts = [cell_parts(cell) if isinstance(cell, str) else [cell] for cell in row]
    return zip_longest(*parts, fillvalue="")


def _write_line(
    sheet: Worksheet, line: int, cells: Sequence[Cell], style: Format
) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            write_text(sheet, line, column, cell, style)
        else:
            sheet.write_number(line, column, cell, style)


def cell_parts(text: str) -> list[str]:
    """Return a text in parts that cells can hold. Together they are the whole text."""
    parts, units = [""], 0
    if len(text) <= LONGEST_CELL // 2:
        return [text]
    for start in range(0, len(text), LONGEST_CELL // 2):
        piece = text[start : start + LONGEST_CELL // 2]
        more = len(piece.encode("utf-16-le")) // 2
        if units + more > LONGEST_CELL:
            parts.append("")
            units = 0
        parts[-1] += piece
        units += more
    return parts


def file_name(parts: Iterable[str], ending: str) -> str:
    """Return a name that every file system takes, of these parts."""
    words = (re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts)
    return f"{'-'.join(filter(None, words))[:LONGEST_NAME].strip('-')}.{ending}"
