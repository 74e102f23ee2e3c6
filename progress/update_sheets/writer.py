"""Write an update sheet as XLSX or CSV: the same columns that are read."""

from collections.abc import Iterator
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import clock
from accounts.day_sentences import day_as
from progress.entries.text import TEXT_LIMITS
from progress.models import Handling
from progress.sheets.csv_text import csv_pieces_for_people
from progress.sheets.table_files import file_name
from progress.update_sheets.columns import COLUMNS, KEY, UpdateColumn
from progress.update_sheets.row_keys import RowKey, key_signer, written_key
from progress.update_sheets.rows import UpdateSheet
from progress.uploaded_sheets.clear_mark import CLEAR
from progress.uploaded_sheets.workbook_writing import (
    FilledColumn,
    FilledRow,
    FilledWorkbook,
    filled_xlsx,
)

# Drafts are for the delegation alone, so every sheet has the strictest label.
MARK: Final = str(Handling.AMBER.label)
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
    """Return a sheet as a workbook."""
    guidance = [*_about(sheet), *((str(label), str(text)) for label, text in GUIDANCE)]
    cells = ([*row.values()] for row in _written_rows(sheet))
    return filled_xlsx(
        FilledWorkbook(
            title=_title(sheet),
            mark=MARK,
            header=sheet.plan.title,
            footer=_due(sheet),
            guidance=guidance,
            rows_title=_("Updates"),
            columns=[_filled_column(column) for column in COLUMNS],
            rows=[
                FilledRow(texts, is_locked=bool(row.why_locked))
                for row, texts in zip(sheet.rows, cells, strict=True)
            ],
        )
    )


def _filled_column(column: UpdateColumn) -> FilledColumn:
    labels = [str(label) for label in (column.choices or {}).values()]
    if labels and column.can_be_cleared:
        labels.append(CLEAR)
    return FilledColumn(
        heading=str(column.heading),
        width=column.width,
        is_open=column.is_open,
        is_hidden=column.name == KEY,
        is_day=column.name == "as_of",
        choices=labels,
        # Another language may be named by its tag.
        refuses_others="warning" if column.name == "language" else "stop",
        limit=TEXT_LIMITS.get(column.name) if column.is_open else None,
    )


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
