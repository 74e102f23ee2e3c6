"""The sheets of scores: one for each assessing body."""

from collections.abc import Iterator
from typing import Final

from reports.renderers.bars import named
from reports.renderers.scores import (
    PrintedBody,
    PrintedScores,
    legend_of,
    printed_bodies,
)
from reports.renderers.xlsx.sheets import FIRST_ROW, CellKind, ReportBook, SheetColumn

NAME_WIDTH: Final = 46
WORDS_WIDTH: Final = 17
NUMBER_WIDTH: Final = 12


def named_sheets(report: ReportBook) -> Iterator[tuple[str, PrintedBody]]:
    """Yield the name of each sheet with the body that it is about."""
    for number, body in enumerate(printed_bodies(report.facts), start=1):
        name = report.facts["scores"]["labels"]["sheet"]
        yield name.replace("{number}", str(number)), body


def add_scores(report: ReportBook) -> None:
    """Add a sheet for each body, with its tables below each other."""
    for number, (name, body) in enumerate(named_sheets(report), start=1):
        _add_body(report, name, body, number)


def _add_body(report: ReportBook, name: str, body: PrintedBody, number: int) -> None:
    labels = report.facts["scores"]["labels"]
    sheet = report.add_named_sheet(name, body.heading)
    row = FIRST_ROW
    legend = named(labels["legend"], legend_of(report.facts), report.labels)
    for sentence in (*labels["intro"], *body.sentences, legend, body.names):
        report.write_note(sheet, row, sentence)
        row += 1
    widths = [0.0] * max(len(table.heads) for table in body.tables)
    for table in body.tables:
        report.write_caption(sheet, row + 1, table.caption)
        columns = [*_columns(table)]
        widths = [
            max(width, column.width)
            for width, column in zip(
                widths, [*columns, *[SheetColumn("", 0.0)] * len(widths)], strict=False
            )
        ]
        row = report.write_table(
            sheet,
            row + 2,
            f"Scores{number}_{table.name}",
            columns,
            [*table.rows, *table.foot],
            has_filters=False,
        )
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _columns(table: PrintedScores) -> Iterator[SheetColumn]:
    for place, head in enumerate(table.heads):
        kind: CellKind = "strong" if place == 0 else "text"
        width = NAME_WIDTH if place == 0 else NUMBER_WIDTH
        if place and place in table.wide:
            width = WORDS_WIDTH
        yield SheetColumn(head, width, kind)
