"""Read the files that pages offer, as their readers do."""

import csv
import io

from python_calamine import CalamineWorkbook

from progress.sheets.csv_text import unguarded

MATRIX = "/matrix/"
STOCKTAKE = "/plans/test-plan/stocktakes/first/"


def lines_of(answer):
    """Return the lines of a CSV without their guards."""
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    # The rows are made while they are sent, and so can be read once.
    if not hasattr(answer, "sent"):
        answer.sent = answer.getvalue()
    found = csv.reader(io.StringIO(answer.sent.decode("utf-8-sig"), newline=""))
    return [[*map(unguarded, row)] for row in found]


def about(lines):
    return dict(lines[: lines.index([])])


def rows(lines):
    headings, *found = lines[lines.index([]) + 1 :]
    return [dict(zip(headings, row, strict=True)) for row in found]


def sheets_of(answer):
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def mark_of(answer):
    said = about(lines_of(answer))["Handling"]
    name = answer["Content-Disposition"]
    assert name.startswith(f'attachment; filename="{said.replace(":", "-")}-')
    return said
