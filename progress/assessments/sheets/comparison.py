"""Compare an uploaded score sheet with what is saved: what would applying it do?

In our own sheet only cells that the person changed count: the key of each row tells
which those are, and at which version it was written. A list or a matrix without keys
says what it says, cell by cell. A blank cell always leaves what is saved.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.assessments.cells import CellDays, CellText, require_valid_cell
from progress.assessments.sheets.columns import (
    BY_NAME,
    OPEN,
    SELF_REPORT,
    heading_of,
)
from progress.assessments.sheets.row_keys import ScoreKey, key_signer, read_key
from progress.assessments.sheets.rows import (
    FIELDS,
    ReadScoreRow,
    ReadScoreSheet,
    ScorePreview,
    ScorePreviewRow,
    ScoreSheet,
    ScoreSheetRow,
    SheetCell,
    field_value,
)
from progress.assessments.sheets.values import (
    read_day,
    read_score,
    read_words,
)
from progress.assessments.text import score_text
from progress.uploaded_sheets.clear_mark import CLEAR, is_clear, read_text
from progress.uploaded_sheets.faults import CellRefused, SheetFault
from progress.uploaded_sheets.previews import CellChange, RowOutcome

BAD_KEY: Final = gettext_lazy(
    "The row key was changed. Download the sheet again, and copy your text into it."
)
OTHER_TABLE: Final = gettext_lazy(
    "This row is from the sheet of another table. Download the sheet of this table, and"
    " copy your text into it."
)
OTHER_ROW: Final = gettext_lazy(
    "The row key is of another commitment or member. Undo the change, or download the"
    " sheet again and copy your text into it."
)
EDITED: Final = gettext_lazy(
    "This cell is only to be read, and it was changed. Undo the change, or download the"
    " sheet again and copy your text into it."
)
NO_GUIDELINE: Final = gettext_lazy(
    "Publish a guideline for this commitment before you score it."
)
# The cell of a row whose names are not known: only what the row says is looked at.
STRAY: Final = ScoreSheetRow(UUID(int=0), "", "", "", 0, CellText())


@dataclass(frozen=True)
class KnownScoreRow:
    """A row of the file, the cell of the table that it is, and its key, if any."""

    read: ReadScoreRow
    present: ScoreSheetRow
    key: ScoreKey | None
    # Why the key is refused. Empty: it is not.
    key_problem: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether the cell was saved since the sheet was downloaded."""
        return self.key is not None and self.key.version != self.present.version

    @property
    def edited(self) -> bool:
        """Whether the person changed the cell that is only to be read."""
        cell = self.read.cells.get(SELF_REPORT)
        if self.key is None or cell is None:
            return False
        return self.key.has_changed(SELF_REPORT, cell.shown)

    @property
    def filled(self) -> Iterator[tuple[str, SheetCell]]:
        """The cells with content, by their field."""
        for name in FIELDS:
            cell = self.read.cells.get(name)
            if cell is not None and not cell.is_blank:
                yield name, cell

    @property
    def kept(self) -> tuple[str, ...]:
        """The fields that the sheet leaves blank although something is saved."""
        blank = (name for name in FIELDS if self._is_blank(name))
        return tuple(name for name in blank if field_value(self.present.text, name))

    def _is_blank(self, name: str) -> bool:
        """Whether the person left or made a cell blank: not we, who wrote it so."""
        cell = self.read.cells.get(name)
        if cell is None or not cell.is_blank:
            return False
        return self.key is None or not self.key.was_blank(name)

    def is_as_written(self, name: str, text: str) -> bool:
        """Whether a cell still says what was written into it."""
        return self.key is not None and not self.key.has_changed(name, text)

    def fault(self, message: str, name: str = "") -> SheetFault:
        """Return what is wrong with this row, or with its cell in a column."""
        cell = self.read.cells.get(name) or self.read.place
        return cell.fault(message, self.read.line, heading_of(name) if name else "")


def compare_scores(read: ReadScoreSheet, present: ScoreSheet) -> ScorePreview:
    """Return what applying a sheet would do, with everything that is wrong in it."""
    signer = key_signer()
    rows = (
        _compared(_known(row, present.by_pair[row.pair], present, signer), present.days)
        for row in read.rows
        if row.pair is not None
    )
    strays = (
        _compared(KnownScoreRow(row, STRAY, None), present.days) for row in read.strays
    )
    faults = (fault for row in strays for fault in row.faults)
    return ScorePreview(tuple(rows), (*read.faults, *faults))


def _known(
    read: ReadScoreRow, row: ScoreSheetRow, present: ScoreSheet, signer: Signer
) -> KnownScoreRow:
    if not read.key.strip():
        return KnownScoreRow(read, row, None)
    key = read_key(read.key, signer)
    problem = ""
    if key is None:
        problem = str(BAD_KEY)
    elif key.table != str(present.table.pk):
        problem = str(OTHER_TABLE)
    elif key.pair != read.pair:
        problem = str(OTHER_ROW)
    return KnownScoreRow(read, row, key, problem)


def _compared(known: KnownScoreRow, days: CellDays) -> ScorePreviewRow:
    """Return what applying a row would do with its cell."""
    present = known.present
    faults = [*_row_faults(known)]
    values: dict[str, Any] = {}
    if not known.key_problem:
        values, cell_faults = _values(known)
        faults += cell_faults
    text, text_faults = _checked(known, replace(present.text, **values), days, values)
    faults += text_faults
    is_same = not values or text == present.text
    return ScorePreviewRow(
        known.read.line,
        _outcome(known, text, has_faults=bool(faults), is_same=is_same),
        present,
        text,
        faults=tuple(faults),
        kept=() if faults else known.kept,
    )


def _row_faults(known: KnownScoreRow) -> Iterator[SheetFault]:
    if known.key_problem:
        yield known.fault(known.key_problem)
    elif known.edited:
        yield known.fault(str(EDITED), SELF_REPORT)


def _outcome(
    known: KnownScoreRow, text: CellText, *, has_faults: bool, is_same: bool
) -> RowOutcome:
    if has_faults:
        return RowOutcome.REFUSED
    if is_same:
        return RowOutcome.UNCHANGED
    if known.is_stale:
        return RowOutcome.CONFLICT
    is_new = text.score and not known.present.text.score
    return RowOutcome.NEW if is_new else RowOutcome.CHANGED


def _values(known: KnownScoreRow) -> tuple[dict[str, Any], list[SheetFault]]:
    """Return what the person typed, by field, and which cells cannot be read."""
    values: dict[str, Any] = {}
    faults: list[SheetFault] = []
    for name, cell in known.filled:
        try:
            value, written = _value_of(name, cell)
        except CellRefused as refused:
            faults.append(known.fault(refused.message, name))
        else:
            if not known.is_as_written(name, written):
                values[name] = value
    return values, faults


def _value_of(name: str, cell: SheetCell) -> tuple[str | date, str]:
    """Return the value of a field, and how a sheet writes that.

    A program may write a score or a day in another way without changing it. Raises
    CellRefused.
    """
    if cell.problem:
        raise CellRefused(cell.problem)
    if isinstance(cell.value, str) and is_clear(cell.value):
        if name == "as_of":
            sentence = _(
                "This field cannot be empty. Type a value instead of %(clear)s."
            )
            raise CellRefused(sentence % {"clear": CLEAR})
        return "", CLEAR
    if name == "score":
        score = read_score(cell.value)
        return score, score_text(score)
    if name == "as_of":
        day = read_day(cell.value)
        return day, day.isoformat()
    words = read_words(cell.value)
    return read_text(words), words


def _checked(
    known: KnownScoreRow, text: CellText, days: CellDays, values: dict[str, Any]
) -> tuple[CellText, list[SheetFault]]:
    """Return the text as it would be stored, and what is wrong with it by column."""
    if not values:
        return text, []
    faults = []
    if text.score and not known.present.has_guideline:
        faults.append(known.fault(str(NO_GUIDELINE), "score"))
    try:
        text = require_valid_cell(text, days)
    except ValidationError as error:
        faults += [
            known.fault(message, name if name in BY_NAME else "")
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return text, faults


def score_changes_of(row: ScorePreviewRow) -> Iterator[CellChange]:
    """Yield the fields that applying a row changes. A page asks for those it shows."""
    if row.outcome in (RowOutcome.REFUSED, RowOutcome.UNCHANGED):
        return
    after = replace(row.present, text=row.text)
    for column in OPEN:
        texts = column.text(row.present), column.text(after)
        if texts[0] != texts[1]:
            yield CellChange(column.name, heading_of(column.name), *texts)
