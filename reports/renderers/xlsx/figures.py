"""The sheet of figures: tables of all counts, with charts of three of them."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from xlsxwriter.worksheet import Worksheet

from progress.positions.figures import Change
from progress.sheets.row_heights import longest_word
from reports.renderers.bars import ORDER, Stretch, in_words
from reports.renderers.mark_characters import BALLS, TRIANGLE
from reports.renderers.xlsx.charts import SERIES, ChartRange, status_chart
from reports.renderers.xlsx.position_words import mark_of_change, status_words
from reports.renderers.xlsx.sheets import (
    FIRST_ROW,
    CellValue,
    ReportBook,
    SheetColumn,
)
from reports.snapshot_schema import Compared, FigureRow

NAME_WIDTH: Final = 32
HEIGHT_OF_ROW: Final = 20  # in pixels
# Of A4 across, between the margins, in digits. Where Calibri is missing, programs make
# columns a third wider.
PAGE_WIDTH: Final = 104
CHANGES: Final[tuple[Change, ...]] = ("up", "down", "other", "new", "gone", "same")


class FigureTable(NamedTuple):
    """A table of counts: a row for each name, and the counts in it."""

    name: str
    caption: str
    columns: list[SheetColumn]
    rows: list[list[CellValue]]
    has_chart: bool = False


def add_figures(report: ReportBook) -> None:
    """Add the sheet of figures."""
    sheet = report.add_sheet("figures")
    sheet.set_column(0, 0, NAME_WIDTH)
    tables = [*_tables(report)]
    width = _width_of_numbers(tables)
    most = max(len(table.columns) for table in tables) - 1
    sheet.set_column(1, most, width)
    # Programs ignore the page breaks of a sheet that they fit to the page themselves.
    scale = PAGE_WIDTH / (NAME_WIDTH + most * width)
    sheet.set_print_scale(min(100, int(100 * scale)))
    row, breaks = FIRST_ROW, []
    for table in tables:
        if row > FIRST_ROW:
            breaks.append(row)
        columns = [
            table.columns[0],
            *(column._replace(width=width) for column in table.columns[1:]),
        ]
        row = _write(report, sheet, row, table._replace(columns=columns))
    sheet.set_h_pagebreaks(breaks)


def _width_of_numbers(tables: list[FigureTable]) -> float:
    """Return a width in which each heading of numbers has room for its words."""
    headings = (one.heading for table in tables for one in table.columns[1:])
    return max(map(longest_word, headings)) + 1.0


def _tables(report: ReportBook) -> Iterator[FigureTable]:
    facts, labels = report.facts, report.labels
    figures, words = facts["figures"], labels["workbook"]
    by_action = [*figures["actions"], figures["overall"]]
    yield _statuses(
        report, "ByAction", labels["status_mix"], labels["action"], by_action
    )._replace(has_chart=True)
    if len(figures["members"]) > 1:
        by_member = [*figures["members"], figures["overall"]]
        yield _statuses(
            report, "ByMember", labels["by_member"], labels["member"], by_member
        )._replace(has_chart=True)
    if facts["compared"] is not None:
        yield _then_and_now(report, facts["compared"])
        yield _changes(report, facts["compared"])
        yield _statuses_then(report, facts["compared"])
    if len(figures["sub_areas"]) > 1:
        heading = labels["columns"]["sub_area"]
        yield _statuses(
            report, "BySubArea", labels["by_sub_area"], heading, figures["sub_areas"]
        )
    yield _statuses(
        report,
        "ByCommitment",
        words["by_commitment"],
        labels["commitment"],
        figures["commitments"],
    )
    if facts["stocktake"] is not None:
        yield _in_stocktake(report)


def _write(report: ReportBook, sheet: Worksheet, row: int, table: FigureTable) -> int:
    """Write a table, with its chart below it, and return the row after them."""
    report.write_caption(sheet, row, table.caption)
    first = row + 2
    row = report.write_table(
        sheet, row + 1, table.name, table.columns, table.rows, has_filters=False
    )
    if not table.has_chart:
        return row + 1
    counts = [_counts(values) for values in table.rows]
    cells = ChartRange(sheet.name, first, counts)
    chart = status_chart(report, table.caption, cells)
    # It moves with the table but keeps its size.
    options = {"description": _alternative(report, table), "object_position": 2}
    sheet.insert_chart(row, 0, chart, {**options, "y_offset": HEIGHT_OF_ROW})
    return row + ceil(cells.height / HEIGHT_OF_ROW) + 2


def _counts(values: Sequence[CellValue]) -> list[int]:
    """Return the counts of the chart's series in a row of its table."""
    return [one for one in values[1 : len(SERIES) + 1] if isinstance(one, int)]


def _alternative(report: ReportBook, table: FigureTable) -> str:
    """Return what a chart shows, in words."""
    said = [table.caption + "."]
    parts = report.labels["parts"]
    for values in table.rows:
        stretches = [
            Stretch(part, False, parts[part], cells)
            for part, cells in zip(SERIES, _counts(values), strict=True)
            if cells
        ]
        said.append(in_words(str(values[0]), stretches, report.labels))
    return " ".join(said)


def _numbers(*headings: str) -> list[SheetColumn]:
    return [SheetColumn(heading, 0, "number") for heading in headings]


def _series_headings(report: ReportBook) -> list[str]:
    return [status_words(part, report.labels) for part in SERIES]


def _statuses(
    report: ReportBook,
    name: str,
    caption: str,
    heading: str,
    figures: Sequence[FigureRow],
) -> FigureTable:
    """Return the last known statuses, as the PDF has them beside its bars."""
    labels = report.labels
    has_older = report.facts["stocktake"] is not None
    headings = [
        *_series_headings(report),
        *([labels["older_short"]] if has_older else []),
        labels["cells"],
        f"{TRIANGLE} {labels['at_risk']}",
        labels["overdue_short"],
    ]
    rows: list[list[CellValue]] = [
        [
            row["name"],
            *(row["in_all"][status] for status in ORDER),
            row["parts"]["not_reported"],
            *([row["parts"]["no_update"]] if has_older else []),
            row["cells"],
            row["at_risk_in_all"],
            row["overdue"],
        ]
        for row in figures
    ]
    columns = [SheetColumn(heading, NAME_WIDTH), *_numbers(*headings)]
    return FigureTable(name, caption, columns, rows)


def _then_and_now(report: ReportBook, compared: Compared) -> FigureTable:
    """Return the statuses of all positions at the earlier date and now."""
    labels, overall = report.labels, report.facts["figures"]["overall"]
    rows: list[list[CellValue]] = [
        [
            _then(report, compared),
            *(overall["before"][status] for status in ORDER),
            overall["before"]["not_reported"],
            overall["cells"],
        ],
        [
            labels["now"],
            *(overall["in_all"][status] for status in ORDER),
            overall["parts"]["not_reported"],
            overall["cells"],
        ],
    ]
    headings = [*_series_headings(report), labels["cells"]]
    columns = [
        SheetColumn(labels["status"], NAME_WIDTH),
        *_numbers(*headings),
    ]
    caption = labels["figure_moved"]
    return FigureTable("ThenAndNow", caption, columns, rows, has_chart=True)


def _then(report: ReportBook, compared: Compared) -> str:
    return report.labels["at_compared"].replace("{what}", compared["title"])


def _statuses_then(report: ReportBook, compared: Compared) -> FigureTable:
    """Return the statuses at the earlier date, of everything that is counted."""
    labels = report.labels
    rows: list[list[CellValue]] = [
        [
            row["name"],
            *(row["before"][status] for status in ORDER),
            row["before"]["not_reported"],
            row["cells"],
        ]
        for row in _all_rows(report)
    ]
    columns = [
        SheetColumn(labels["workbook"]["counted"], NAME_WIDTH),
        *_numbers(*_series_headings(report), labels["cells"]),
    ]
    return FigureTable("StatusesThen", _then(report, compared), columns, rows)


def _changes(report: ReportBook, compared: Compared) -> FigureTable:
    labels = report.labels
    headings = [
        *(
            f"{mark_of_change(change)} {labels['changes'][change]}".strip()
            for change in CHANGES
        ),
        labels["parts"]["no_update"],
        f"{BALLS['not_reported']} {labels['parts']['not_reported']}",
        labels["cells"],
    ]
    rows: list[list[CellValue]] = [
        [
            row["name"],
            *(row["changes"][change] for change in CHANGES),
            row["parts"]["no_update"],
            row["parts"]["not_reported"],
            row["cells"],
        ]
        for row in _all_rows(report)
    ]
    caption = labels["changes_caption"].replace("{since}", compared["title"])
    columns = [
        SheetColumn(labels["workbook"]["counted"], NAME_WIDTH),
        *_numbers(*headings),
    ]
    return FigureTable("CountsOfChanges", caption, columns, rows)


def _in_stocktake(report: ReportBook) -> FigureTable:
    """Return the counts that take only what belongs to the stocktake."""
    labels = report.labels
    headings = [
        *(status_words(part, labels) for part in ORDER),
        labels["parts"]["no_update"],
        status_words("not_reported", labels),
        labels["cells"],
        f"{TRIANGLE} {labels['at_risk']}",
    ]
    rows: list[list[CellValue]] = [
        [
            row["name"],
            *(row["parts"][status] for status in ORDER),
            row["parts"]["no_update"],
            row["parts"]["not_reported"],
            row["cells"],
            row["at_risk"],
        ]
        for row in _all_rows(report)
    ]
    columns = [
        SheetColumn(labels["workbook"]["counted"], NAME_WIDTH),
        *_numbers(*headings),
    ]
    return FigureTable("InStocktake", labels["in_stocktake"], columns, rows)


def _all_rows(report: ReportBook) -> list[FigureRow]:
    figures = report.facts["figures"]
    return [
        figures["overall"],
        *figures["actions"],
        *figures["sub_areas"],
        *figures["members"],
        *figures["commitments"],
    ]
