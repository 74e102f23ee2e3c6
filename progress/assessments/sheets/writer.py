"""Write a score sheet as XLSX or CSV, in the long layout."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.day_sentences import day_as
from progress.assessments.sheets.columns import COLUMNS, KEY, ScoreColumn
from progress.assessments.sheets.row_keys import ScoreKey, key_signer, written_key
from progress.assessments.sheets.rows import ScoreSheet
from progress.assessments.text import score_text
from progress.models import Score
from progress.sheets.csv_text import csv_pieces_for_people
from progress.sheets.table_files import file_name
from progress.uploaded_sheets.clear_mark import CLEAR
from progress.uploaded_sheets.workbook_writing import (
    FilledColumn,
    FilledRow,
    FilledWorkbook,
    filled_xlsx,
)

# Before the release a table is its body's alone.
MARK: Final = gettext_lazy("Draft, not released")
# How to fill in the sheet: labels with their texts.
GUIDANCE: Final = (
    (
        gettext_lazy("Fill in"),
        gettext_lazy("Type into the white cells. Only they are read."),
    ),
    (
        gettext_lazy("Score"),
        gettext_lazy(
            "+1 is full compliance, 0 is partial compliance or work in progress,"
            " \N{MINUS SIGN}1 is no compliance, and n/a is not applicable."
        ),
    ),
    (
        gettext_lazy("Leave as it is"),
        gettext_lazy("A blank cell changes nothing, also where a score is saved."),
    ),
    (
        gettext_lazy("Empty a cell"),
        gettext_lazy("Type [clear] to empty a score, a rationale or sources."),
    ),
    (
        gettext_lazy("As of"),
        gettext_lazy(
            "Facts until this day were considered. Without a day it is today, or the"
            " day on which the stocktake was closed."
        ),
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
        gettext_lazy("Your own table"),
        gettext_lazy(
            "You can also upload a table with the codes of commitments in the first"
            " column and a column of scores for each member."
        ),
    ),
    (
        gettext_lazy("Upload"),
        gettext_lazy(
            "Upload the file on the page “Score by spreadsheet”. It shows every change"
            " first. The scores stay a draft of your body: nothing is released."
        ),
    ),
)


def score_sheet_name(sheet: ScoreSheet, ending: str) -> str:
    """Return the name of a sheet's file, which says that it is a draft."""
    table = sheet.table
    stocktake = table.stocktake
    parts = [
        _("draft"),
        table.body_id,
        stocktake.plan.slug,
        stocktake.slug,
        _("scores"),
    ]
    return file_name(parts, ending)


def score_sheet_csv(sheet: ScoreSheet) -> bytes:
    """Return a sheet as CSV for people: what it is, the headings, the rows."""
    about = [[label, text] for label, text in _about(sheet)]
    headings = [str(column.heading) for column in COLUMNS]
    lines = csv_pieces_for_people([*about, [], headings, *_written_rows(sheet)])
    return b"".join(lines)


def score_sheet_xlsx(sheet: ScoreSheet) -> bytes:
    """Return a sheet as a workbook."""
    guidance = [*_about(sheet), *((str(label), str(text)) for label, text in GUIDANCE)]
    return filled_xlsx(
        FilledWorkbook(
            title=_title(sheet),
            mark=str(MARK),
            header=sheet.table.stocktake.plan.title,
            footer=sheet.table.stocktake.title,
            guidance=guidance,
            rows_title=_("Scores"),
            columns=[_filled_column(column) for column in COLUMNS],
            rows=[FilledRow(cells) for cells in _written_rows(sheet)],
            frozen=2,
            pages_across=1,
        )
    )


def _filled_column(column: ScoreColumn) -> FilledColumn:
    scores = [*map(score_text, Score.values), CLEAR]
    return FilledColumn(
        heading=str(column.heading),
        width=column.width,
        is_open=column.is_open,
        is_hidden=column.name == KEY,
        is_day=column.name == "as_of",
        choices=scores if column.name == "score" else (),
        # A score may be typed in several ways: reading decides.
        refuses_others="never",
        limit=column.limit,
    )


def _written_rows(sheet: ScoreSheet) -> Iterator[list[str]]:
    """Yield the text of each cell, row by row."""
    signer = key_signer()
    for row in sheet.rows:
        cells = {column.name: column.text(row) for column in COLUMNS}
        cells[KEY] = written_key(ScoreKey.of(row, cells, sheet.table), signer)
        yield [*cells.values()]


def _title(sheet: ScoreSheet) -> str:
    about = {"body": sheet.table.body.name, "plan": sheet.table.stocktake.plan.title}
    return _("Scores of %(body)s: %(plan)s") % about


def _about(sheet: ScoreSheet) -> list[tuple[str, str]]:
    """Return what the sheet is, as labels with their texts."""
    table = sheet.table
    return [
        (_("Handling"), str(MARK)),
        (_("Assessing body"), table.body.name),
        (_("Plan"), table.stocktake.plan.title),
        (_("Stocktake"), table.stocktake.title),
        (_("Phase"), str(table.get_phase_display())),
        (_("Downloaded"), day_as(sheet.days.today)),
    ]
