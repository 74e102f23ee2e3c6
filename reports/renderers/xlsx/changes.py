"""The sheet of changes: the positions that have moved, by kind of change."""

from collections.abc import Iterator
from typing import Final

from reports.renderers.rows import Placed, placed
from reports.renderers.xlsx.position_words import (
    change_words,
    part_of,
    risk_words,
    status_words,
)
from reports.renderers.xlsx.sheets import CellValue, ReportBook, SheetColumn
from reports.snapshot_schema import Cell, Lists

NAMES: Final = 4  # the change, code, short title and member stay in sight


def add_changes(report: ReportBook) -> None:
    """Add the sheet of changes since an earlier day."""
    sheet = report.add_sheet("changes")
    headings = report.labels["columns"]
    columns = [
        SheetColumn(headings["change"], 20),
        SheetColumn(headings["commitment"], 10, "strong"),
        SheetColumn(headings["short_title"], 44),
        SheetColumn(headings["member_name"], 24),
        SheetColumn(headings["status_before"], 24),
        SheetColumn(headings["status"], 24),
        SheetColumn(headings["at_risk"], 12),
        SheetColumn(headings["as_of"], 16),
    ]
    report.write_main_table(sheet, "Changes", columns, _rows(report), names=NAMES)


def _rows(report: ReportBook) -> Iterator[list[CellValue]]:
    positions = {
        (one.commitment["code"], one.member["code"]): one
        for one in placed(report.facts)
    }
    for cell in _listed(report.facts["lists"]):
        yield _row(report, positions[cell["commitment"], cell["member"]])


def _listed(lists: Lists) -> Iterator[Cell]:
    """Yield what has moved, in the order in which the PDF lists it."""
    yield from lists["moved_up"]
    yield from lists["moved_down"]
    yield from lists["other"]
    yield from lists["new"]
    yield from lists["gone"]


def _row(report: ReportBook, one: Placed) -> list[CellValue]:
    labels, entry = report.labels, one.entry
    return [
        change_words(one.position, labels),
        one.commitment["code"],
        one.commitment["short_title"],
        one.member["name"],
        status_words(one.position["before"] or "not_reported", labels),
        status_words(part_of(entry), labels),
        risk_words(entry, labels),
        entry["as_of"] if entry else None,
    ]
