"""Open an uploaded sheet: its type, its rows, and where its headings are.

What a file may be is the same for every kind of sheet. A kind says by which headings it
is known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress import limits
from progress.evidence.file_types import FileProblem, FileProblemError, media_type_of
from progress.uploaded_sheets.csv_reading import (
    FIRST_ROWS,
    OversizedCsvError,
    UnreadableCsvError,
    WrongEncodingError,
    read_csv,
)
from progress.uploaded_sheets.faults import SheetFault, SheetRefused
from progress.uploaded_sheets.workbook_reading import (
    CellProblem,
    OversizedWorkbookError,
    Place,
    SheetCells,
    UnreadableWorkbookError,
    Value,
    read_workbook,
)

# How old Excel files and files with a password begin.
OLE_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

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
# Who sorts a sheet may sort its headings too.
ABOVE: Final = gettext_lazy("This row is above the headings. Move it below them.")


@dataclass(frozen=True)
class SheetKind:
    """How a kind of sheet is known among the rows of a file, and how it is refused."""

    is_heading: Callable[[Sequence[Value]], bool]
    not_a_sheet: str | Promise
    two_sheets: str | Promise
    too_many_rows: str | Promise
    bad_csv: str | Promise


@dataclass(frozen=True)
class HeadedRows:
    """The rows of a file, where its headings are, and the cells with a problem."""

    rows: Sequence[Sequence[Value]]
    heading_row: int
    problems: Mapping[Place, CellProblem]

    @cached_property
    def headings(self) -> list[str]:
        return [str(value).strip() for value in self.rows[self.heading_row]]

    def rows_below(self) -> Iterator[int]:
        """Yield the numbers of the rows below with any text or any problem."""
        faulty_rows = {row for row, _column in self.problems}
        for number in range(self.heading_row + 1, len(self.rows)):
            if number in faulty_rows or any(value != "" for value in self.rows[number]):
                yield number


class CellReading(NamedTuple):
    """The text of a cell, or why it has none."""

    text: str
    problem: str = ""


def headed_rows(content: bytes, file_name: str, kind: SheetKind) -> HeadedRows:
    """Return the rows of a file of either type. Raises SheetRefused."""
    if not content:
        raise SheetRefused(str(FILE_SENTENCES[FileProblem.EMPTY]))
    if len(content) > limits.SHEET_BYTES:
        raise SheetRefused(str(FILE_SENTENCES[FileProblem.TOO_BIG]))
    if content.startswith(OLE_FILE):
        raise SheetRefused(str(LOCKED_OR_OLD))
    ending = PurePosixPath(file_name).suffix.lower()
    if ending == ".xlsx":
        return _of_workbook(content, kind)
    if ending in {".csv", ".txt"}:
        return _of_csv(content, kind)
    raise SheetRefused(str(MACROS if ending == ".xlsm" else WRONG_TYPE))


def _of_workbook(content: bytes, kind: SheetKind) -> HeadedRows:
    try:
        media_type_of("sheet.xlsx", content, limit=limits.SHEET_BYTES)
        sheets = (_with_headings(sheet, kind) for sheet in read_workbook(content))
        found = [*filter(None, sheets)]
    except FileProblemError as error:
        sentence = FILE_SENTENCES.get(error.problem, kind.too_many_rows)
        raise SheetRefused(str(sentence)) from error
    except UnreadableWorkbookError as error:
        raise SheetRefused(str(DAMAGED)) from error
    except OversizedWorkbookError as error:
        raise SheetRefused(str(kind.too_many_rows)) from error
    if len(found) != 1:
        raise SheetRefused(str(kind.two_sheets if found else kind.not_a_sheet))
    return found[0]


def _with_headings(sheet: SheetCells, kind: SheetKind) -> HeadedRows | None:
    """Return the rows of a sheet, or None if it does not have the headings."""
    for number, row in enumerate(sheet.rows[:FIRST_ROWS]):
        if kind.is_heading(row):
            return HeadedRows(sheet.rows, number, sheet.problems)
    return None


def _of_csv(content: bytes, kind: SheetKind) -> HeadedRows:
    try:
        rows = read_csv(content, is_heading=kind.is_heading)
    except WrongEncodingError as error:
        raise SheetRefused(str(NOT_UTF_8)) from error
    except UnreadableCsvError as error:
        raise SheetRefused(str(kind.bad_csv)) from error
    except OversizedCsvError as error:
        raise SheetRefused(str(kind.too_many_rows)) from error
    heading_row = next(n for n, row in enumerate(rows) if kind.is_heading(row))
    return HeadedRows(rows, heading_row, {})


# ---- Its headings --------------------------------------------------------------------


def heading_faults(
    headings: Sequence[str], names: Sequence[str], required: Mapping[str, str]
) -> Iterator[SheetFault]:
    """Yield what is wrong with the headings: each is there once, and no other is.

    `names` are those of the columns with these headings, and `required` has the heading
    of each column by its name.
    """
    for heading, name in zip(headings, names, strict=True):
        if heading and not name:
            yield SheetFault(
                _("“%(heading)s” is not a column of the sheet. Delete the column.")
                % {"heading": heading}
            )
    for name, heading in required.items():
        count = names.count(name)
        about = {"heading": heading}
        if count == 0:
            sentence = _(
                "The column “%(heading)s” is missing. Download the sheet again, and"
                " copy your texts into it."
            )
            yield SheetFault(sentence % about)
        elif count > 1:
            sentence = _("The column “%(heading)s” is there twice. Delete one of them.")
            yield SheetFault(sentence % about)
