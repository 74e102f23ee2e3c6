"""Read an uploaded file as a sheet: its rows, and every cell that cannot be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress import limits
from progress.evidence.file_types import FileProblem, FileProblemError, media_type_of
from progress.update_sheets.columns import (
    COLUMNS,
    heading_of,
    names_of,
)
from progress.update_sheets.csv_reading import (
    FIRST_ROWS,
    UnreadableCsvError,
    WrongEncodingError,
    read_csv,
)
from progress.update_sheets.rows import (
    ReadRow,
    ReadSheet,
    SheetFault,
    SheetRefused,
)
from progress.update_sheets.workbook_reading import (
    CellProblem,
    OversizedWorkbookError,
    SheetCells,
    UnreadableWorkbookError,
    Value,
    read_workbook,
)

# How old Excel files and files with a password begin.
OLE_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

DAY_LENGTH: Final = len("2017-05-26")

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
DAMAGED: Final = gettext_lazy(
    "The file is damaged, or it is not a workbook. Open it in your spreadsheet program"
    " and save it again as XLSX."
)
WRONG_TYPE: Final = gettext_lazy(
    "Upload the sheet as XLSX or CSV. Files of other types are not read."
)
LOCKED_OR_OLD: Final = gettext_lazy(
    "The file has a password, or it is in the old XLS format. Save it as XLSX without a"
    " password."
)
NOT_UTF_8: Final = gettext_lazy(
    "The letters of this file cannot be read. In Excel, save it as “CSV UTF-8” or as"
    " “Unicode Text”. XLSX always works."
)
BAD_CSV: Final = gettext_lazy(
    "This file is not a sheet of updates: a row with its headings was not found, or a"
    " quotation mark is not closed. Upload the sheet as XLSX instead."
)
MACROS: Final = gettext_lazy(
    "The file contains macros. Save it as XLSX, without macros."
)
FILE_SENTENCES: Final[Mapping[FileProblem, str | Promise]] = {
    FileProblem.EMPTY: gettext_lazy("The file is empty. Choose your sheet again."),
    FileProblem.TOO_BIG: gettext_lazy("A sheet may be at most 20 MB."),
    FileProblem.DIFFERS: DAMAGED,
    FileProblem.DAMAGED: DAMAGED,
    FileProblem.SEVERAL_AT_ONCE: DAMAGED,
    FileProblem.MACROS: MACROS,
    FileProblem.LOCKED: LOCKED_OR_OLD,
    FileProblem.UNPACKS_TOO_BIG: TOO_MANY_ROWS,
}
CELL_SENTENCES: Final[Mapping[CellProblem, str | Promise]] = {
    CellProblem.FORMULA: gettext_lazy(
        "This cell has a formula. Replace it with the text itself."
    ),
    CellProblem.ERROR: gettext_lazy(
        "This cell shows an error. A text that begins with - or = needs an apostrophe"
        " before it. Type it again."
    ),
    CellProblem.MERGED: gettext_lazy(
        "Cells are merged here. Unmerge them, and check each row."
    ),
}


@dataclass(frozen=True)
class HeadedRows:
    """The rows of a file, where its headings are, and the cells with a problem."""

    rows: Sequence[Sequence[Value]]
    heading_row: int
    problems: Mapping[tuple[int, int], CellProblem]

    @property
    def headings(self) -> list[str]:
        return [str(value).strip() for value in self.rows[self.heading_row]]


class CellReading(NamedTuple):
    """The text of a cell, or why it has none."""

    text: str
    problem: str = ""


def read_sheet(content: bytes, file_name: str) -> ReadSheet:
    """Return the rows of an uploaded file, and all that is wrong with its cells.

    Nothing is compared yet. Raises SheetRefused for a file that is no sheet.
    """
    found = _headed_rows(content, file_name)
    names = names_of(found.headings)
    faults = tuple(_heading_faults(found.headings, names))
    if faults:
        return ReadSheet((), faults)
    rows = tuple(_read_rows(found, names))
    if len(rows) > limits.SHEET_ROWS:
        raise SheetRefused(str(TOO_MANY_ROWS))
    return ReadSheet(rows)


# ---- The file ------------------------------------------------------------------------


def _headed_rows(content: bytes, file_name: str) -> HeadedRows:
    """Return the rows of a file of either type. Raises SheetRefused."""
    if not content:
        raise SheetRefused(str(FILE_SENTENCES[FileProblem.EMPTY]))
    if len(content) > limits.SHEET_BYTES:
        raise SheetRefused(str(FILE_SENTENCES[FileProblem.TOO_BIG]))
    if content.startswith(OLE_FILE):
        raise SheetRefused(str(LOCKED_OR_OLD))
    ending = PurePosixPath(file_name).suffix.lower()
    if ending == ".xlsx":
        return _of_workbook(content)
    if ending in {".csv", ".txt"}:
        return _of_csv(content)
    raise SheetRefused(str(MACROS if ending == ".xlsm" else WRONG_TYPE))


def _of_workbook(content: bytes) -> HeadedRows:
    try:
        media_type_of("sheet.xlsx", content, limit=limits.SHEET_BYTES)
        found = [*filter(None, map(_with_headings, read_workbook(content)))]
    except FileProblemError as error:
        raise SheetRefused(str(FILE_SENTENCES[error.problem])) from error
    except UnreadableWorkbookError as error:
        raise SheetRefused(str(DAMAGED)) from error
    except OversizedWorkbookError as error:
        raise SheetRefused(str(TOO_MANY_ROWS)) from error
    if len(found) != 1:
        raise SheetRefused(str(TWO_SHEETS if found else NOT_A_SHEET))
    return found[0]


def _with_headings(sheet: SheetCells) -> HeadedRows | None:
    """Return the rows of a sheet, or None if it does not have our headings."""
    for number, row in enumerate(sheet.rows[:FIRST_ROWS]):
        if _is_heading(row):
            return HeadedRows(sheet.rows, number, sheet.problems)
    return None


def _of_csv(content: bytes) -> HeadedRows:
    try:
        rows = read_csv(content, is_heading=_is_heading)
    except WrongEncodingError as error:
        raise SheetRefused(str(NOT_UTF_8)) from error
    except UnreadableCsvError as error:
        raise SheetRefused(str(BAD_CSV)) from error
    heading_row = next(n for n, row in enumerate(rows) if _is_heading(row))
    return HeadedRows(rows, heading_row, {})


def _is_heading(row: Sequence[Value]) -> bool:
    """Return whether most of the headings of a sheet are in this row."""
    names = set(names_of([str(value) for value in row])) - {""}
    return len(names) > len(COLUMNS) / 2


# ---- Its headings --------------------------------------------------------------------


def _heading_faults(
    headings: Sequence[str], names: Sequence[str]
) -> Iterator[SheetFault]:
    """Yield what is wrong with the headings: each is there once, and no other is."""
    for heading, name in zip(headings, names, strict=True):
        if heading and not name:
            yield SheetFault(
                _("“%(heading)s” is not a column of the sheet. Delete the column.")
                % {"heading": heading}
            )
    for column in COLUMNS:
        count = names.count(column.name)
        about = {"heading": heading_of(column.name)}
        if count == 0:
            sentence = _(
                "The column “%(heading)s” is missing. Download the sheet again, and"
                " copy your texts into it."
            )
            yield SheetFault(sentence % about)
        elif count > 1:
            sentence = _("The column “%(heading)s” is there twice. Delete one of them.")
            yield SheetFault(sentence % about)


# ---- Its rows ------------------------------------------------------------------------


def _read_rows(found: HeadedRows, names: Sequence[str]) -> Iterator[ReadRow]:
    """Yield the rows below the headings that have any text or any problem."""
    below = range(found.heading_row + 1, len(found.rows))
    faulty_rows = {row for row, _column in found.problems}
    for number in below:
        values = found.rows[number]
        if number in faulty_rows or any(value != "" for value in values):
            yield _read_row(number, found, names)


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
