"""The sheet of commitments by member, with totals at its right and below it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from progress.positions.figures import Part
from reports.renderers.mark_characters import BALLS, TRIANGLE
from reports.renderers.xlsx.position_words import part_of, position_words
from reports.renderers.xlsx.sheets import (
    HAIRLINE,
    MUTED,
    CellValue,
    ReportBook,
    SheetColumn,
    StyledCell,
)
from reports.snapshot_schema import (
    ActionRow,
    CommitmentRow,
    FigureRow,
    PositionRow,
    SubAreaRow,
)

NAMES: Final = 2  # the columns before those of the members
TOTALS: Final = 3  # those after them, and the rows below
# One colour from light to dark. The words in the cell say the same.
FILLS: Final[dict[Part, dict[str, Any]]] = {
    "implemented": {"bg_color": "#9DBBD9"},
    "substantial": {"bg_color": "#C3D7EA"},
    "limited": {"bg_color": "#E6EEF7"},
    "not_started": {},
    "not_applicable": {},
    "not_reported": {"font_color": MUTED},
}
GRID: Final = {"border": 1, "border_color": HAIRLINE}
# What has no update is paler: it has no fill.
OLDER: Final = {"italic": True}


def add_matrix(report: ReportBook) -> None:
    """Add the sheet of commitments by member."""
    facts = report.facts
    sheet = report.add_sheet("matrix")
    figures = {row["code"]: row for row in facts["figures"]["commitments"]}
    rows = (
        _row(report, action, area, commitment, figures[commitment["code"]])
        for action in facts["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
    )
    columns = [*_columns(report)]
    below = report.write_main_table(sheet, "Matrix", columns, rows, names=NAMES)
    _write_totals(report, sheet, below, _total_names(report))
    last_column = NAMES + len(facts["members"]) + TOTALS - 1
    sheet.print_area(0, 0, below + TOTALS - 1, last_column)


def _columns(report: ReportBook) -> Iterator[SheetColumn]:
    headings = report.labels["columns"]
    yield SheetColumn(headings["commitment"], 8, "strong")
    yield SheetColumn(headings["short_title"], 30)
    for member in report.facts["members"]:
        yield SheetColumn(member["name"], 16)
    for name in _total_names(report):
        yield SheetColumn(name, 12, "number")
    yield SheetColumn(headings["action"], 24, "official")
    yield SheetColumn(headings["sub_area"], 30, "official")
    yield SheetColumn(headings["commitment_text"], 110, "official")
    yield SheetColumn(headings["is_joint"], 14)
    yield SheetColumn(headings["instruments"], 40)


def _row(
    report: ReportBook,
    action: ActionRow,
    area: SubAreaRow,
    commitment: CommitmentRow,
    figures: FigureRow,
) -> list[CellValue]:
    joint = report.labels["joint"] if commitment["is_joint"] else ""
    return [
        commitment["code"],
        commitment["short_title"],
        *(_position(report, row) for row in commitment["positions"]),
        *_totals(figures),
        f"{action['code']} {action['title']}",
        f"{area['code']} {area['title']}".strip(),
        commitment["text"],
        joint,
        "\n".join(commitment["instruments"]),
    ]


def _position(report: ReportBook, position: PositionRow) -> StyledCell:
    key = position["entry"]
    entry = report.facts["entries"][key] if key else None
    is_older = position["figure"] == "no_update"
    look = OLDER if is_older else FILLS[part_of(entry)]
    return StyledCell(position_words(position, entry, report.labels), GRID | look)


def _total_names(report: ReportBook) -> Sequence[str]:
    labels = report.labels
    return (
        labels["with_entry"],
        f"{BALLS['implemented']} {labels['parts']['implemented']}",
        f"{TRIANGLE} {labels['at_risk']}",
    )


def _totals(figures: FigureRow) -> Sequence[int]:
    """Return the numbers that the PDF has beside its matrix."""
    with_entry = figures["cells"] - figures["parts"]["not_reported"]
    return with_entry, figures["in_all"]["implemented"], figures["at_risk_in_all"]


def _write_totals(
    report: ReportBook, sheet: Worksheet, first_row: int, names: Sequence[str]
) -> None:
    """Write a row of totals each below the members. The corner has those of all."""
    figures = report.facts["figures"]
    overall = _totals(figures["overall"])
    members = [*map(_totals, figures["members"])]
    for number, name in enumerate(names):
        corner = [overall[number] if one == number else None for one in range(TOTALS)]
        values = ["", name, *(totals[number] for totals in members), *corner]
        for column, value in enumerate(values):
            report.write(sheet, first_row + number, column, value, "total")
