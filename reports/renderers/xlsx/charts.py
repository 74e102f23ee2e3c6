"""The native charts of the workbook: bars of statuses, from the cells of a table.

They can be read without colours. Each stretch of a bar has the ball of its status
beside its number, and a border. The table is beside the chart.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from xlsxwriter.chart import Chart

from progress.positions.figures import Part
from reports.renderers.mark_characters import BALLS
from reports.renderers.xlsx.position_words import status_words
from reports.renderers.xlsx.sheets import ACCENT, HAIRLINE, INK, MUTED, ReportBook

# From the most done to the least known, as in the bars of all formats.
SERIES: Final[tuple[Part, ...]] = (
    "implemented",
    "substantial",
    "limited",
    "not_started",
    "not_applicable",
    "not_reported",
)
# The scale is one colour from dark to light.
FILLS: Final[dict[Part, str]] = {
    "implemented": "#17375E",
    "substantial": "#4679AD",
    "limited": "#AAC5E0",
    "not_started": "#E3EBF4",
    "not_applicable": "#C9CED4",
    "not_reported": "#FFFFFF",
}
DARK: Final[frozenset[Part]] = frozenset({"implemented", "substantial"})
# A number fits into a stretch from this share of the bar on.
LEAST_SHARE: Final = 0.045
WIDTH: Final = 1000
HEIGHT_OF_BAR, HEIGHT_OF_REST = 27, 130


class ChartRange(NamedTuple):
    """The cells that a chart draws: names in the first column, then the series."""

    sheet: str
    first_row: int
    counts: Sequence[Sequence[int]]  # of each row, in the order of SERIES

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.counts) - 1

    @property
    def height(self) -> int:
        """The height of the chart, in pixels."""
        return HEIGHT_OF_REST + HEIGHT_OF_BAR * len(self.counts)


def status_chart(report: ReportBook, title: str, cells: ChartRange) -> Chart:
    """Return a chart with a bar for each row of the table."""
    chart = report.book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for number, part in enumerate(SERIES):
        chart.add_series(_series(report, number, part, cells))
    name = {"size": 11, "bold": True, "color": ACCENT}
    chart.set_title({"name": title, "name_font": name})
    font = {"size": 9, "color": INK}
    chart.set_y_axis(
        {
            "reverse": True,
            "num_font": font,
            "major_tick_mark": "none",
            "line": {"color": MUTED},
        }
    )
    lines = {"visible": True, "line": {"color": HAIRLINE, "width": 0.5}}
    chart.set_x_axis(
        {
            "num_format": "0%",
            "num_font": font,
            "major_gridlines": lines,
            "label_position": "high",
        }
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": WIDTH, "height": cells.height})
    return chart


def _series(
    report: ReportBook, number: int, part: Part, cells: ChartRange
) -> dict[str, Any]:
    first, last, column = cells.first_row, cells.last_row, number + 1
    dash = {"dash_type": "round_dot"} if part == "not_reported" else {}
    return {
        "name": status_words(part, report.labels),
        "categories": [cells.sheet, first, 0, last, 0],
        "values": [cells.sheet, first, column, last, column],
        "fill": {"color": FILLS[part]},
        "border": {"color": ACCENT, "width": 0.75, **dash},
        "gap": 40,
        "data_labels": {
            "value": True,
            # A zero has no label.
            "num_format": f'"{BALLS[part]} "0;;;',
            "custom": [_label(counts, number) for counts in cells.counts],
            "font": {
                "color": "#FFFFFF" if part in DARK else INK,
                "bold": True,
                "size": 9,
            },
        },
    }


def _label(counts: Sequence[int], number: int) -> dict[str, bool] | None:
    """Return that a stretch has no number if it is too narrow for it."""
    is_narrow = counts[number] < LEAST_SHARE * sum(counts)
    return {"delete": True} if is_narrow else None
