"""Score sheets without a database, and ways to fill them in as bodies do."""

import csv
import io
from datetime import date
from uuid import UUID

import openpyxl

from accounts.models import AssessingBody
from commitments.models import Plan
from progress.assessments.cells import CellDays, CellText
from progress.assessments.sheets.columns import COLUMNS
from progress.assessments.sheets.comparison import compare_scores
from progress.assessments.sheets.reader import read_score_sheet
from progress.assessments.sheets.rows import ScoreSheet, ScoreSheetRow
from progress.assessments.sheets.writer import score_sheet_csv, score_sheet_xlsx
from progress.models import AssessmentTable, Stocktake

TODAY = date(2017, 5, 20)
DAYS = CellDays(first=date(2016, 5, 27), today=TODAY)
HEADINGS = {column.name: str(column.heading) for column in COLUMNS}
WRITERS = {"xlsx": score_sheet_xlsx, "csv": score_sheet_csv}
MEMBERS = {
    **{code.casefold(): code for code in ("FR", "JP", "US")},
    "france": "FR",
    "frankreich": "FR",
    "united states": "US",
}
# The line of the first row in a workbook of ours.
FIRST = 2


def scored(score="1", **fields):
    given = {"rationale": "A law was adopted.", "as_of": date(2017, 5, 1)}
    return CellText(score=score, **{**given, **fields})


def cell_row(code="1.2.1", member="FR", text=None, **fields):
    """One cell of the table: blank unless a text is given."""
    number = int(code.replace(".", "")) * 1000 + sum(map(ord, member))
    given = {"title": "INTERPOL databases", "version": 3, "self_report": "Implemented"}
    return ScoreSheetRow(
        assessment_id=UUID(int=number),
        code=code,
        member=member,
        text=text or CellText(),
        **{**given, **fields},
    )


def score_sheet(*rows, table=1, days=DAYS):
    plan = Plan(slug="ise-shima", title="Action Plan", adopted_on=days.first)
    body = AssessingBody(slug="observatory", name="University Observatory")
    of = AssessmentTable(
        pk=UUID(int=table),
        body=body,
        stocktake=Stocktake(plan=plan, slug="spring", title="Spring"),
        phase="interim",
    )
    return ScoreSheet(of, tuple(rows), days, MEMBERS)


def blank_table(codes=("1.2.1", "1.2.2"), members=("FR", "JP"), **fields):
    """A sheet with a blank cell for each commitment and member."""
    return score_sheet(
        *(cell_row(code, member, **fields) for code in codes for member in members)
    )


def written(of, ending="xlsx"):
    return WRITERS[ending](of)


def filled(content, changes, *, do=None):
    """Fill in a workbook with openpyxl: `changes` are texts by (row, column name)."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Scores"]
    places = {cell.value: cell.column for cell in page[1]}
    for (line, name), value in changes.items():
        put(page.cell(line, places[HEADINGS[name]]), value)
    if do is not None:
        do(page)
    return saved(book)


def filled_csv(content, changes):
    """Fill in a CSV file with Python's own module."""
    rows = csv_rows(content)
    top = next(n for n, cells in enumerate(rows) if HEADINGS["score"] in cells)
    for (line, name), value in changes.items():
        rows[top + line - 1][rows[top].index(HEADINGS[name])] = value
    return as_csv(rows)


def csv_rows(content):
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def as_csv(rows, *, separator=",", encoding="utf-8-sig"):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode(encoding)


def as_xlsx(rows):
    """A body's own table, as it is typed into an empty workbook."""
    book = openpyxl.Workbook()
    page = book.active
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            put(page.cell(line, column), value)
    return saved(book)


def put(cell, value):
    """Type a value into a cell. A text stays a text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def preview_of(content, present, name="sheet.xlsx"):
    return compare_scores(read_score_sheet(content, name, present), present)


def preview_matrix(rows, present, ending="xlsx"):
    """Preview a body's own table in both file types' way."""
    content = as_xlsx(rows) if ending == "xlsx" else as_csv(rows)
    return preview_of(content, present, f"own.{ending}")


def faults_of(preview):
    return [(one.cell, one.value, one.message) for one in preview.all_faults]


def scores_of(preview):
    """The scores that applying would leave, by code and member."""
    return {row.present.pair: row.text.score for row in preview.rows}
