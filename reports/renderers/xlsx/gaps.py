"""The sheet of gaps: what is late, without news, or without an entry."""

from collections.abc import Iterator
from typing import Final, Literal

from reports.renderers.xlsx.sheets import CellValue, ReportBook, SheetColumn

GapName = Literal["none", "no_update", "repeated", "late"]


def add_gaps(report: ReportBook) -> None:
    """Add the sheet of gaps, with a number and the codes for each of them."""
    facts, labels = report.facts, report.labels
    sheet = report.add_sheet("gaps")
    names = {member["code"]: member["name"] for member in facts["members"]}
    gaps = [*_gaps(report)]
    rows: list[list[CellValue]] = []
    for row in facts["lists"]["gaps"]:
        cells: list[CellValue] = [names[row["member"]]]
        for gap, _label in gaps:
            cells += [len(row[gap]), ", ".join(row[gap])]
        rows.append(cells)
    below = report.write_main_table(sheet, "Gaps", [*_columns(report)], rows, names=1)
    report.write_note(sheet, below, labels["gaps_note"])


def _gaps(report: ReportBook) -> Iterator[tuple[GapName, str]]:
    """Yield each kind of gap with its label."""
    labels = report.labels
    yield "none", labels["parts"]["not_reported"]
    if report.facts["stocktake"] is not None:
        yield "no_update", labels["parts"]["no_update"]
    yield "repeated", labels["repeated"]
    yield "late", labels["late"]


def _columns(report: ReportBook) -> Iterator[SheetColumn]:
    labels = report.labels
    yield SheetColumn(labels["columns"]["member_name"], 26, "strong")
    for gap, label in _gaps(report):
        is_long = gap in LONG
        yield SheetColumn(label, 11, "number")
        codes = labels["workbook"]["codes_of"].replace("{gap}", label)
        yield SheetColumn(codes, 34 if is_long else 22)


# These may name many commitments.
LONG: Final = ("none", "no_update")
