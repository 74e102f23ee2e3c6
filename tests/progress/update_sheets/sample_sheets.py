"""Update sheets without a database, and ways to fill them in as people do."""

import csv
import io
from datetime import date
from uuid import UUID

import openpyxl

from commitments.models import Plan
from progress.entries.text import EntryText
from progress.models import Stocktake
from progress.update_sheets.columns import COLUMNS
from progress.update_sheets.comparison import compare
from progress.update_sheets.reader import read_sheet
from progress.update_sheets.rows import SheetRow, UpdateSheet
from progress.update_sheets.writer import sheet_csv, sheet_xlsx

TODAY = date(2017, 5, 20)
HEADINGS = {column.name: str(column.heading) for column in COLUMNS}
# Row 1 has the headings.
FIRST = 2
WRITERS = {"xlsx": sheet_xlsx, "csv": sheet_csv}


def text(**fields):
    given = {"as_of": date(2017, 5, 1), "status": "limited", "language": "en"}
    return EntryText(**{**given, "narrative": "Two bureaus are connected.", **fields})


def row(code="1.2.1", **fields):
    """A row without an update in progress, and with nothing published."""
    number = int(code.replace(".", ""))
    given = {"title": "INTERPOL databases", "state": "", "language": "en"}
    return SheetRow(UUID(int=number), code, **{**given, **fields})


def drafted(code="1.2.1", *, version=3, **fields):
    """A row with a draft."""
    number = int(code.replace(".", ""))
    draft = {"state": "Draft", "entry_id": UUID(int=number + 1000), "version": version}
    rest = {name: fields.pop(name) for name in ("last", "why_locked") if name in fields}
    return row(code, update=text(**fields), **draft, **rest)


def sheet(*rows, slug="ise-shima", stocktake="spring", member="JP"):
    plan = Plan(slug=slug, title="Action Plan", adopted_on=date(2016, 5, 27))
    opened = Stocktake(slug=stocktake, title="Spring") if stocktake else None
    return UpdateSheet(plan, opened, member, tuple(rows))


def written(of, ending="xlsx"):
    return WRITERS[ending](of)


def filled(content, changes, *, do=None):
    """Fill in a workbook with openpyxl: `changes` are texts by (row, column name)."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Updates"]
    places = {cell.value: cell.column for cell in page[1]}
    for (line, name), value in changes.items():
        cell = page.cell(line, places[HEADINGS[name]])
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # otherwise "=1" would be a formula
    if do is not None:
        do(book, page)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def filled_csv(content, changes, *, separator=",", encoding="utf-8-sig"):
    """Fill in a CSV file, and save it with this separator and encoding."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    top = next(n for n, cells in enumerate(rows) if HEADINGS["as_of"] in cells)
    for (line, name), value in changes.items():
        rows[top + line - 1][rows[top].index(HEADINGS[name])] = value
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode(encoding)


def preview_of(content, present, *, name="sheet.xlsx", today=TODAY):
    return compare(read_sheet(content, name), present, today=today)


def preview_filled(present, changes, *, do=None, now=None):
    """Preview a sheet after filling it in, compared with what is there `now`."""
    content = filled(written(present), changes, do=do)
    return preview_of(content, now or present)
