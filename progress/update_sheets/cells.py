"""What a person may type into a cell, and the value that it means."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.wording.listed import listed
from progress.update_sheets.columns import UpdateColumn, values_by_choice
from progress.uploaded_sheets.clear_mark import CLEAR, is_clear, read_text
from progress.uploaded_sheets.faults import CellRefused
from progress.uploaded_sheets.headings import as_compared


def value_of(column: UpdateColumn, cell: str) -> Any:
    """Return the value of an entry's field for a cell with text.

    Raises CellRefused.
    """
    if is_clear(cell):
        return _cleared(column)
    if column.name == "as_of":
        return _day(cell)
    if column.choices is None:
        return read_text(cell)
    value = values_by_choice(column.name).get(as_compared(cell))
    if column.name == "language":
        # Any language may be named by its tag, as in the editor. It is checked there.
        return cell.strip() if value is None else value
    if value is None:
        raise CellRefused(_choose(column))
    return value == "yes" if column.name == "is_at_risk" else value


def _cleared(column: UpdateColumn) -> str:
    if column.can_be_cleared:
        return ""
    message = _("This field cannot be empty. Type a value instead of %(clear)s.")
    raise CellRefused(message % {"clear": CLEAR})


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError as error:
        raise CellRefused(_("Write the day as 2017-05-26.")) from error


def _choose(column: UpdateColumn) -> str:
    """Return the sentence that names what may be chosen."""
    labels = [str(label) for label in (column.choices or {}).values()]
    return _("Choose one of: %(choices)s.") % {"choices": listed(labels)}
