"""Compare an uploaded sheet with what is there now: what would applying it do?

Only cells that the person changed count. Their key tells which those are. So a sheet
that is uploaded as it was downloaded does nothing, whatever happened in between.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from progress.entries.text import EntryText, require_valid
from progress.models import Handling
from progress.update_sheets.cells import value_of
from progress.update_sheets.columns import (
    BY_NAME,
    KEY,
    MARKED,
    OPEN,
    UpdateColumn,
    heading_of,
)
from progress.update_sheets.row_keys import RowKey, key_signer, read_key
from progress.update_sheets.rows import (
    PreviewRow,
    ReadRow,
    ReadSheet,
    SheetRow,
    UpdatePreview,
    UpdateSheet,
)
from progress.uploaded_sheets.faults import CellRefused, SheetFault
from progress.uploaded_sheets.previews import CellChange, RowOutcome

# The one answer to an invented key, and to a row that this person may not know of.
UNKNOWN_ROW: Final = gettext_lazy(
    "This row is not one of yours, or its row key was changed. Delete the row, or"
    " download the sheet again and copy your text into it."
)
OTHER_PLAN: Final = gettext_lazy(
    "This row is from the sheet of another plan. Upload it on the page of that plan."
)
OTHER_STOCKTAKE: Final = gettext_lazy(
    "This row is from the sheet of another stocktake. Download the sheet again, and"
    " copy your text into it."
)
TWICE: Final = gettext_lazy("This commitment is in the sheet twice. Delete one row.")
EDITED: Final = gettext_lazy(
    "This cell is only to be read, and it was changed. Undo the change, or download the"
    " sheet again and copy your text into it."
)
NO_DAY: Final = gettext_lazy(
    "Write the day on which the text is true, such as 2017-05-26."
)
INCOMPLETE: Final = gettext_lazy(
    "The Presidency returned this update. It cannot be empty here."
)


@dataclass(frozen=True)
class KnownRow:
    """A row of the file with its key, and the row of this person that it is."""

    read: ReadRow
    key: RowKey
    present: SheetRow

    @property
    def is_stale(self) -> bool:
        """Whether the update was begun, changed or discarded since the download."""
        return not self.key.is_of(self.present.entry_id, self.present.version)

    @property
    def edited_locked(self) -> list[UpdateColumn]:
        """The columns that are only to be read, where the person changed the cell."""
        return [one for one in MARKED if not one.is_open and self._has_changed(one)]

    @property
    def typed(self) -> dict[str, str]:
        """What the person typed, by column. A blank cell leaves a field as it is.

        Where no update is in progress, a new one begins with all that the row says.
        """
        filled = [one for one in OPEN if self.read.cells[one.name].strip()]
        changed = [one for one in filled if self._has_changed(one)]
        if changed and self.present.update is None:
            changed = filled
        return {one.name: self.read.cells[one.name] for one in changed}

    def fault(self, message: str, column: str = "") -> SheetFault:
        """Return what is wrong with this row, or with its cell in a column."""
        heading = heading_of(column) if column else ""
        return SheetFault(message, self.read.line, heading)

    def _has_changed(self, column: UpdateColumn) -> bool:
        return self.key.has_changed(column.name, self.read.cells[column.name])


@dataclass(frozen=True)
class DatesOfPlan:
    """The first and the last day that a text may name."""

    adopted_on: date
    today: date


def compare(read: ReadSheet, present: UpdateSheet, *, today: date) -> UpdatePreview:
    """Return what applying a sheet would do, with everything that is wrong in it.

    `present` has the rows that the person may update now. `today` is the UTC day.
    """
    signer = key_signer()
    found = [_find(row, read_key(row.cells[KEY], signer), present) for row in read.rows]
    times = Counter(row.present.code for row in found if isinstance(row, KnownRow))
    dates = DatesOfPlan(present.plan.adopted_on, today)
    rows = (
        _compared(row, dates, is_repeated=times[row.present.code] > 1)
        if isinstance(row, KnownRow)
        else row
        for row in found
    )
    return UpdatePreview(tuple(rows), read.faults)


def _find(
    read: ReadRow, key: RowKey | None, present: UpdateSheet
) -> KnownRow | PreviewRow:
    """Return the person's own row that a row of the file is, or why it is refused.

    Only the key says what a row is. What is not of this person reads as if it did not
    exist: their keys of other plans and stocktakes are of their own member.
    """
    stocktake = present.stocktake.slug if present.stocktake else ""
    if key is None or key.member != present.member:
        return _refused(read, str(UNKNOWN_ROW))
    if key.plan != present.plan.slug:
        return _refused(read, str(OTHER_PLAN))
    if key.stocktake != stocktake:
        return _refused(read, str(OTHER_STOCKTAKE))
    row = present.by_code.get(key.code)
    return KnownRow(read, key, row) if row else _refused(read, str(UNKNOWN_ROW))


def _refused(read: ReadRow, message: str) -> PreviewRow:
    """Return a row that is not compared. Its cells are not looked at either."""
    fault = SheetFault(message, read.line)
    return PreviewRow(read.line, RowOutcome.REFUSED, faults=(fault,))


def _compared(known: KnownRow, dates: DatesOfPlan, *, is_repeated: bool) -> PreviewRow:
    """Return what applying a row would do with its update."""
    present, typed = known.present, known.typed
    faults = [*known.read.faults, *_row_faults(known, is_repeated=is_repeated)]
    values, cell_faults = _values(known, typed)
    base = present.update or present.last
    text = replace(base or _blank(present, dates.today), **values)
    if typed:
        text, text_faults = _checked(known, text, dates)
        faults += [*cell_faults, *text_faults]
        faults += _completeness_faults(known, text, typed)
    is_same = not typed or text == present.update
    row = PreviewRow(
        known.read.line,
        _outcome(known, has_faults=bool(faults), is_same=is_same),
        present.code,
        present.title,
        faults=tuple(faults),
        text=text,
        present=present,
    )
    if is_same or faults:
        return row
    is_lower = base is not None and _is_lower(text.handling, base.handling)
    return replace(row, lowers_handling=is_lower)


def _outcome(known: KnownRow, *, has_faults: bool, is_same: bool) -> RowOutcome:
    if has_faults:
        return RowOutcome.REFUSED
    if is_same:
        return RowOutcome.UNCHANGED
    if known.is_stale:
        return RowOutcome.CONFLICT
    return RowOutcome.NEW if known.present.update is None else RowOutcome.CHANGED


def _row_faults(known: KnownRow, *, is_repeated: bool) -> Iterator[SheetFault]:
    """Yield what is wrong with a row whatever was typed, and if it is locked."""
    if is_repeated:
        yield known.fault(str(TWICE))
    for column in known.edited_locked:
        yield known.fault(str(EDITED), column.name)
    if known.typed and known.present.why_locked:
        yield known.fault(known.present.why_locked)


def _values(
    known: KnownRow, typed: Mapping[str, str]
) -> tuple[dict[str, Any], list[SheetFault]]:
    """Return what the cells say, by field, and which of them cannot be read."""
    values: dict[str, Any] = {}
    faults: list[SheetFault] = []
    for name, cell in typed.items():
        try:
            values[name] = value_of(BY_NAME[name], cell)
        except CellRefused as refused:
            faults.append(known.fault(refused.message, name))
    if typed and "as_of" not in typed and known.present.update is None:
        faults.append(known.fault(str(NO_DAY), "as_of"))
    return values, faults


def _blank(present: SheetRow, today: date) -> EntryText:
    """Return the text with which the first update of a commitment begins."""
    return EntryText(as_of=today, language=present.language)


def _checked(
    known: KnownRow, text: EntryText, dates: DatesOfPlan
) -> tuple[EntryText, list[SheetFault]]:
    """Return the text as it would be stored, and what is wrong with it by column."""
    try:
        text = require_valid(text, adopted_on=dates.adopted_on, today=dates.today)
    except ValidationError as error:
        return text, [
            known.fault(message, name if name in BY_NAME else "")
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return text.in_language(known.present.language), []


def _completeness_faults(
    known: KnownRow, text: EntryText, typed: Mapping[str, str]
) -> Iterator[SheetFault]:
    """Yield the fields of a returned update that would be empty."""
    for name in ("status", "narrative"):
        if known.present.must_be_complete and name in typed and not getattr(text, name):
            yield known.fault(str(INCOMPLETE), name)


def changes_of(row: PreviewRow) -> Iterator[CellChange]:
    """Yield the cells that applying a row changes, as a sheet shows them.

    A page asks for the rows that it shows, so the others cost nothing. In a conflict,
    `before` is the present text and `after` that of the sheet.
    """
    present = row.present
    is_written = row.outcome not in (RowOutcome.REFUSED, RowOutcome.UNCHANGED)
    if present is None or not is_written:
        return
    before = replace(present, update=present.update or present.last)
    after = replace(present, update=row.text)
    for column in OPEN:
        texts = column.text(before), column.text(after)
        if texts[0] != texts[1]:
            yield CellChange(column.name, heading_of(column.name), *texts)


def _is_lower(handling: str, than: str) -> bool:
    return Handling.strictest(handling, than) != handling
