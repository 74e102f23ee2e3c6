"""Tables that pages offer as files. Each says first what it is, then its rows.

A file has the handling mark, what was asked for, a row of headings, and the rows. The
CSV has the first two as lines above the headings, the XLSX as a sheet of its own.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from progress.sheets.csv_text import csv_pieces_for_people
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
WIDTH_OF_LABEL: Final = 24
WIDTH_OF_TEXT: Final = 80


@dataclass(frozen=True)
class TableColumn:
    """The heading of a column, and its width in a workbook, in characters."""

    heading: str
    width: int = 16


@dataclass(frozen=True)
class DownloadTable:
    """What a file of a page contains. Its rows are read once, when it is written."""

    title: str
    # Beside each label its value: the handling mark first, then what was asked for.
    about: Sequence[tuple[str, str]]
    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[Cell]]
    count: int
    # The parts of the file's name.
    name: Sequence[str]
    language: str = "en"
    about_title: str = "About"


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
    text, heading = book.add_format(TEXT), book.add_format(HEADING)
    mark = " ".join(value for _label, value in table.about[:1])
    about = book.add_worksheet(sheet_name(table.about_title))
    about.set_column(0, 0, WIDTH_OF_LABEL)
    about.set_column(1, 1, WIDTH_OF_TEXT)
    for row, (label, value) in enumerate(table.about):
        write_text(about, row, 0, label, heading)
        write_text(about, row, 1, value, text)
    sheet = book.add_worksheet(sheet_name(table.title))
    write_headings(sheet, [each.heading for each in table.columns], heading)
    for column, each in enumerate(table.columns):
        sheet.set_column(column, column, each.width)
    last = _write_rows(sheet, table.rows, text)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)
    for each in (about, sheet):
        set_up_print(each, header=mark, footer=table.title)
    book.close()
    return buffer.getvalue()


def _write_rows(sheet: Worksheet, rows: Iterable[Sequence[Cell]], style: Format) -> int:
    """Write the rows below the headings, and return the number of the last one.

    A text that is too long for a cell goes on in the row below.
    """
    line = 0
    for row in rows:
        parts = [cell_parts(cell) if isinstance(cell, str) else [cell] for cell in row]
        for column, cells in enumerate(parts):
            for below, cell in enumerate(cells, line + 1):
                if isinstance(cell, str):
                    write_text(sheet, below, column, cell, style)
                else:
                    sheet.write_number(below, column, cell, style)
        line += max(map(len, parts))
    return line


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
