"""The sheet of evidence: one row for each note of an entry."""

from collections.abc import Iterator
from typing import Final

from reports.renderers.evidence import PrintedEvidence, printed_evidence
from reports.renderers.rows import Placed, placed
from reports.renderers.xlsx.sheets import CellValue, ReportBook, SheetColumn
from reports.snapshot_schema import FilePart

NAMES: Final = 4  # code, short title, member and note stay in sight
UNPRINTED: Final = 2  # the last columns: the hash of a file and the entry


def add_evidence(report: ReportBook) -> None:
    """Add the sheet of evidence."""
    sheet = report.add_sheet("evidence")
    columns = [*_columns(report)]
    below = report.write_main_table(
        sheet, "Evidence", columns, _rows(report), names=NAMES
    )
    sheet.print_area(0, 0, below - 1, len(columns) - UNPRINTED - 1)


def _columns(report: ReportBook) -> Iterator[SheetColumn]:
    words, headings = report.labels["workbook"], report.labels["columns"]
    yield SheetColumn(headings["commitment"], 8, "strong")
    yield SheetColumn(headings["short_title"], 18)
    yield SheetColumn(headings["member_name"], 16)
    yield SheetColumn(words["note"], 7, "number")
    yield SheetColumn(words["evidence_kind"], 12)
    yield SheetColumn(words["evidence_title"], 36)
    yield SheetColumn(words["link"], 40)
    yield SheetColumn(words["accessed_on"], 14)
    yield SheetColumn(words["dead_since"], 14)
    yield SheetColumn(words["citation"], 28)
    yield SheetColumn(words["file_name"], 20)
    yield SheetColumn(words["file_size"], 10)
    yield SheetColumn(words["file_sha256"], 66, "hash")
    yield SheetColumn(headings["entry"], 38, "hash")


def _rows(report: ReportBook) -> Iterator[list[CellValue]]:
    kinds = report.labels["workbook"]["evidence_kinds"]
    for one in placed(report.facts):
        notes = printed_evidence(report.envelope, one.key, one.entry)
        for number, note in enumerate(notes, 1):
            yield _row(one, number, note, kinds[note["kind"]])


def _named(file: FilePart, withheld: str) -> str:
    return f"{file['name']} ({withheld})" if withheld else file["name"]


def _row(one: Placed, number: int, note: PrintedEvidence, kind: str) -> list[CellValue]:
    file = note["file"]
    return [
        one.commitment["code"],
        one.commitment["short_title"],
        one.member["name"],
        number,
        kind,
        note["title"],
        note["url"],
        note["accessed_on"],
        note["dead_since"],
        note["citation"],
        _named(file, note["withheld"]) if file else "",
        file["size"] if file else "",
        file["sha256"] if file else "",
        one.key,
    ]
