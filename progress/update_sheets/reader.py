"""Read an uploaded file as a sheet: its rows, and every cell that cannot be read."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress import limits
from progress.update_sheets.columns import COLUMNS, heading_of, names_of
from progress.update_sheets.rows import ReadRow, ReadSheet
from progress.uploaded_sheets.faults import SheetFault, SheetRefused
from progress.uploaded_sheets.files import (
    ABOVE,
    CELL_SENTENCES,
    CellReading,
    HeadedRows,
    SheetKind,
    headed_rows,
    heading_faults,
)
from progress.uploaded_sheets.workbook_reading import CellProblem, Value

DAY_LENGTH: Final = len("2017-05-26")
# The cells of a line that says what the sheet is.
ABOUT_WIDTH: Final = 2

NOT_A_SHEET: Final = gettext_lazy(
    "This file is not a sheet of updates: a row with its headings was not found."
    " Download the sheet, fill it in, and upload that file."
)
TWO_SHEETS: Final = gettext_lazy(
    "Two sheets of this workbook have rows of updates. Delete one of them."
)
TOO_MANY_ROWS: Final = gettext_lazy(
    "The file has more than a sheet of updates can have. Download the sheet again, and"
    " copy your texts into it."
)
BAD_CSV: Final = gettext_lazy(
    "This file is not a sheet of updates: a row with its headings was not found, or a"
    " quotation mark is not closed. Upload the sheet as XLSX instead."
)


def read_sheet(content: bytes, file_name: str) -> ReadSheet:
    """Return the rows of an uploaded file, and all that is wrong with its cells.

    Nothing is compared yet. Raises SheetRefused for a file that is no sheet.
    """
    found = headed_rows(content, file_name, UPDATE_SHEETS)
    names = names_of(found.headings)
    required = {column.name: heading_of(column.name) for column in COLUMNS}
    faults = tuple(heading_faults(found.headings, names, required))
    faults = faults or tuple(_rows_above(found))
    if faults:
        return ReadSheet((), faults)
    rows = tuple(_read_row(number, found, names) for number in found.rows_below())
    if len(rows) > limits.SHEET_ROWS:
        raise SheetRefused(str(TOO_MANY_ROWS))
    return ReadSheet(rows)


def _is_heading(row: Sequence[Value]) -> bool:
    """Return whether most of the headings of a sheet are in this row."""
    names = set(names_of([str(value) for value in row])) - {""}
    return len(names) > len(COLUMNS) / 2


UPDATE_SHEETS: Final = SheetKind(
    is_heading=_is_heading,
    not_a_sheet=NOT_A_SHEET,
    two_sheets=TWO_SHEETS,
    too_many_rows=TOO_MANY_ROWS,
    bad_csv=BAD_CSV,
)


def _rows_above(found: HeadedRows) -> Iterator[SheetFault]:
    """Yield a fault for each row above the headings that may be one of the sheet.

    What a sheet says about itself there has a label and a text in each line.
    """
    faulty_rows = {row for row, column in found.problems if column >= ABOUT_WIDTH}
    for number, values in enumerate(found.rows[: found.heading_row]):
        is_wide = any(value != "" for value in values[ABOUT_WIDTH:])
        if is_wide or number in faulty_rows:
            yield SheetFault(str(ABOVE), number + 1)


def _read_row(number: int, found: HeadedRows, names: Sequence[str]) -> ReadRow:
    cells: dict[str, str] = {}
    faults: list[SheetFault] = []
    values = found.rows[number]
    outside = any(value != "" for value in values[len(names) :])
    for index, name in enumerate(names):
        value = values[index] if index < len(values) else ""
        problem = found.problems.get((number, index))
        reading = _read_cell(name, value, problem)
        if not name:
            outside = outside or bool(reading.text or reading.problem)
            continue
        cells[name] = reading.text
        if reading.problem:
            heading = heading_of(name)
            faults.append(SheetFault(reading.problem, number + 1, heading))
    if outside:
        sentence = _("There is text outside the columns. Delete it.")
        faults.append(SheetFault(sentence, number + 1))
    return ReadRow(number + 1, cells, tuple(faults))


def _read_cell(name: str, value: Value, problem: CellProblem | None) -> CellReading:
    """Return the text of a cell, as its column takes it.

    A workbook has days and yes or no of its own, which are taken where they belong. A
    number is refused: the file does not say how it was shown.
    """
    if problem is not None:
        return CellReading("", str(CELL_SENTENCES[problem]))
    if isinstance(value, str):
        return CellReading(value)
    if name == "as_of" and isinstance(value, datetime | date):
        return CellReading(value.isoformat()[:DAY_LENGTH])
    if name == "is_at_risk" and isinstance(value, bool):
        return CellReading("yes" if value else "no")
    return CellReading("", _not_a_text(name, value))


def _not_a_text(name: str, value: Value) -> str:
    if name == "as_of":
        return _("This is a number, not a day. Write the day as 2017-05-26.")
    if isinstance(value, bool | int | float):
        return _(
            "This cell holds a number. Format the cell as text, and type it again."
        )
    return _("This cell holds a date. Format the cell as text, and type it again.")
