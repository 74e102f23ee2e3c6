"""Read an uploaded file as a score sheet, in either layout.

The long layout has a row for each cell, as we write it. A matrix has commitments down
and members across, with scores alone, as bodies keep their own tables.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.utility import xl_rowcol_to_cell

from progress import limits
from progress.assessments.sheets.columns import (
    COMMITMENT,
    KEY,
    MEMBER,
    REQUIRED,
    TITLE,
    heading_of,
    is_about_commitments,
    names_of,
)
from progress.assessments.sheets.rows import (
    Pair,
    ReadScoreRow,
    ReadScoreSheet,
    ScoreSheet,
    SheetCell,
)
from progress.assessments.sheets.values import plain, read_code, read_member
from progress.uploaded_sheets.faults import CellRefused, SheetFault, SheetRefused
from progress.uploaded_sheets.files import (
    ABOVE,
    CELL_SENTENCES,
    HeadedRows,
    SheetKind,
    headed_rows,
    heading_faults,
)
from progress.uploaded_sheets.headings import as_compared
from progress.uploaded_sheets.workbook_reading import Value

# A row with so many members is the heading of a matrix.
MEMBERS_OF_A_MATRIX: Final = 2
TWICE: Final = gettext_lazy(
    "This commitment and member are in the sheet twice. Delete one of them."
)
OUTSIDE: Final = gettext_lazy("There is text outside the columns. Delete it.")
TOO_MANY_ROWS: Final = gettext_lazy(
    "The file has more than a sheet of scores can have. Delete what is not in the"
    " table of scores."
)


def read_score_sheet(
    content: bytes, file_name: str, present: ScoreSheet
) -> ReadScoreSheet:
    """Return the rows of an uploaded file, and every name in it that is not known.

    Scores and texts are not read yet. Raises SheetRefused for a file that is no sheet.
    """
    found = headed_rows(content, file_name, _kind(present))
    if len(found.rows) - found.heading_row - 1 > limits.SHEET_ROWS:
        raise SheetRefused(str(TOO_MANY_ROWS))
    reading = _FileReading(found, present)
    is_long = _is_long(found.rows[found.heading_row])
    rows = [*(reading.long_rows() if is_long else reading.matrix_rows())]
    return _sorted_out(rows, reading.faults)


def _kind(present: ScoreSheet) -> SheetKind:
    def is_heading(row: Sequence[Value]) -> bool:
        return _is_long(row) or _is_matrix(row, present.members)

    return SheetKind(
        is_heading=is_heading,
        not_a_sheet=_(
            "This file is not a sheet of scores: a row with its headings was not found."
            " Download the sheet and fill it in, or upload a table with the codes of"
            " commitments in the first column and a column for each member."
        ),
        two_sheets=_("Two sheets of this workbook have scores. Delete one of them."),
        too_many_rows=TOO_MANY_ROWS,
        bad_csv=_(
            "This file is not a sheet of scores: a row with its headings was not found,"
            " or a quotation mark is not closed. Upload the sheet as XLSX instead."
        ),
    )


def _is_long(row: Sequence[Value]) -> bool:
    names = names_of([str(value) for value in row])
    return all(name in names for name in REQUIRED)


def _is_matrix(row: Sequence[Value], members: Mapping[str, str]) -> bool:
    found = {code for value in row if (code := _member_in(value, members))}
    needed = MEMBERS_OF_A_MATRIX
    if row and is_about_commitments(str(row[0])):
        needed = 1
    return len(found) >= needed


def _member_in(heading: Value, members: Mapping[str, str]) -> str | None:
    return members.get(as_compared(plain(str(heading))))


class _FileReading:
    """Reads the rows of one file, and collects what is wrong with its names."""

    def __init__(self, found: HeadedRows, present: ScoreSheet) -> None:
        self.found, self.present = found, present
        self.faults: list[SheetFault] = []

    # ---- The long layout -------------------------------------------------------------

    def long_rows(self) -> Iterator[ReadScoreRow]:
        """Yield the rows of a list."""
        headings = self.found.headings
        names = names_of(headings)
        self.faults += heading_faults(headings, names, _headings_once(names))
        if self.faults:
            return
        self._refuse_above(names.index(COMMITMENT))
        for number in self._rows():
            self._refuse_outside(number, names)
            cells = {
                name: self._cell(number, index)
                for index, name in enumerate(names)
                if name and name != TITLE
            }
            pair = self._pair_of(number, cells)
            key = str(cells.pop(KEY).value) if KEY in cells else ""
            yield ReadScoreRow(number + 1, pair, cells, key, place=cells[COMMITMENT])

    def _pair_of(self, number: int, cells: Mapping[str, SheetCell]) -> Pair | None:
        """Return what a row is about, or None if one of its names is not known."""
        code = self._code_in(number, cells[COMMITMENT])
        member = self._member_of(number, cells[MEMBER], heading_of(MEMBER))
        return self._known(number, (code, member), cells[MEMBER])

    # ---- The matrix ------------------------------------------------------------------

    def matrix_rows(self) -> Iterator[ReadScoreRow]:
        """Yield a row for each score of a matrix."""
        names = self._names_of_matrix()
        column = names.index(COMMITMENT)
        self._refuse_above(column)
        for number in self._rows():
            self._refuse_outside(number, names)
            code = self._code_in(number, self._cell(number, column))
            for index, name in enumerate(names):
                if index == column or name == TITLE or not self.found.headings[index]:
                    continue
                cell = self._cell(number, index)
                pair = self._known(number, (code, name or None), cell)
                yield ReadScoreRow(number + 1, pair, {"score": cell}, place=cell)

    def _names_of_matrix(self) -> list[str]:
        """Return what each column has: codes, titles, scores of a member, or nothing.

        The first column has the codes, whatever its heading is, unless another says so.
        """
        row = self.found.heading_row
        names = [""] * len(self.found.headings)
        commitments = [
            index
            for index, heading in enumerate(self.found.headings)
            if names_of([heading]) == [COMMITMENT]
        ]
        first = commitments[0] if commitments else 0
        for index, heading in enumerate(self.found.headings):
            if index == first:
                names[index] = COMMITMENT
            elif is_about_commitments(heading):
                names[index] = TITLE
            elif heading:
                cell = self._cell(row, index)
                names[index] = self._member_of(row, cell, "") or ""
        self._refuse_repeated_members(names)
        return names

    def _refuse_repeated_members(self, names: Sequence[str]) -> None:
        times = Counter(name for name in names if name not in {"", COMMITMENT, TITLE})
        row = self.found.heading_row
        for index, name in enumerate(names):
            if times[name] > 1:
                cell = self._cell(row, index)
                sentence = _("This member is there twice. Delete one of the columns.")
                self.faults.append(cell.fault(sentence, row + 1, ""))

    # ---- Cells -----------------------------------------------------------------------

    def _rows(self) -> Iterator[int]:
        """Yield the numbers of the rows with any text. Blanks alone are none."""
        for number in self.found.rows_below():
            cells = range(max(len(self.found.headings), len(self.found.rows[number])))
            if not all(self._cell(number, index).is_blank for index in cells):
                yield number

    def _cell(self, row: int, column: int) -> SheetCell:
        values = self.found.rows[row]
        value = values[column] if column < len(values) else ""
        problem = self.found.problems.get((row, column))
        address = xl_rowcol_to_cell(row, column)
        sentence = str(CELL_SENTENCES[problem]) if problem else ""
        return SheetCell(address, value, sentence)

    def _code_in(self, number: int, cell: SheetCell) -> str | None:
        try:
            if cell.problem:
                raise CellRefused(cell.problem)  # noqa: TRY301 - one way to refuse
            return read_code(cell.value, self.present.codes)
        except CellRefused as refused:
            column = heading_of(COMMITMENT)
            self.faults.append(cell.fault(refused.message, number + 1, column))
            return None

    def _member_of(self, number: int, cell: SheetCell, column: str) -> str | None:
        try:
            if cell.problem:
                raise CellRefused(cell.problem)  # noqa: TRY301 - one way to refuse
            return read_member(cell.value, self.present.members)
        except CellRefused as refused:
            self.faults.append(cell.fault(refused.message, number + 1, column))
            return None

    def _known(
        self, number: int, names: tuple[str | None, str | None], cell: SheetCell
    ) -> Pair | None:
        """Return the names if the table has a cell for them."""
        code, member = names
        if code is None or member is None:
            return None
        if (code, member) in self.present.by_pair:
            return code, member
        sentence = _("The table has no cell for %(member)s and %(code)s.")
        about = {"member": member, "code": code}
        self.faults.append(cell.fault(sentence % about, number + 1, ""))
        return None

    def _refuse_above(self, column: int) -> None:
        """Refuse scores above the headings."""
        for number in range(self.found.heading_row):
            cell = self._cell(number, column)
            with suppress(CellRefused):
                read_code(cell.value, self.present.codes)
                self.faults.append(cell.fault(str(ABOVE), number + 1, ""))

    def _refuse_outside(self, number: int, names: Sequence[str]) -> None:
        """Refuse what is beside the columns, cell by cell."""
        for index in range(max(len(names), len(self.found.rows[number]))):
            cell = self._cell(number, index)
            is_outside = index >= len(names) or not names[index]
            is_named = index < len(names) and bool(self.found.headings[index])
            if is_outside and not is_named and not cell.is_blank:
                self.faults.append(cell.fault(str(OUTSIDE), number + 1, ""))


def _headings_once(names: Sequence[str]) -> dict[str, str]:
    """Return the headings that must be there once: those needed, and those there."""
    wanted = {*REQUIRED, *names} - {"", TITLE}
    return {name: heading_of(name) for name in sorted(wanted)}


def _sorted_out(
    read: Sequence[ReadScoreRow], faults: list[SheetFault]
) -> ReadScoreSheet:
    """Refuse each cell of the table that the file has more than once."""
    times = Counter(row.pair for row in read)
    once = [row for row in read if row.pair is not None and times[row.pair] == 1]
    strays = [row for row in read if row.pair is None or times[row.pair] > 1]
    repeated = [row for row in strays if row.pair is not None]
    faults += [row.place.fault(str(TWICE), row.line, "") for row in repeated]
    faults.sort(key=lambda fault: fault.line or 0)
    return ReadScoreSheet(tuple(once), tuple(strays), tuple(faults))
