"""The sheets of a report's workbook: their heads, tables, cells and print set-up."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any, Final, Literal, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from progress.entries.markdown_dialect import is_right_to_left
from progress.sheets.row_heights import BUTTON, row_height, width_of_heading
from progress.sheets.workbook import (
    HEADING,
    TEXT,
    new_workbook,
    set_up_print,
    sheet_name,
    write_text,
)
from reports.label_schema import SheetName
from reports.renderers.bars import named
from reports.renderers.marks import Mark, document_title, marks_of
from reports.snapshot_schema import Moment, Snapshot


class StyledCell(NamedTuple):
    """A text in a cell that looks unlike the others of its column."""

    text: str
    look: dict[str, Any]


# A text, a number or a day. Nothing else is written, and never a formula.
CellValue = str | int | Moment | StyledCell | None
CellKind = Literal["text", "official", "hash", "number", "strong", "total"]

HAIRLINE: Final = "#C4CAD1"
INK: Final = "#1B1F24"
MUTED: Final = "#545D68"
ACCENT: Final = "#1F4E79"
CELL: Final[dict[str, Any]] = {
    **TEXT,
    "font_color": INK,
    "bottom": 1,
    "bottom_color": HAIRLINE,
}
# With a quote prefix, a number would turn into a text when a person edits its cell.
NO_TEXT: Final = {"quote_prefix": False}
NUMBER: Final = {**NO_TEXT, "align": "right", "indent": 1}
RIGHT_TO_LEFT: Final = {"align": "right", "reading_order": 2}
CELLS: Final[dict[CellKind, dict[str, Any]]] = {
    "text": CELL,
    # Official wording is in serif, so that it is not taken for what members write.
    "official": {**CELL, "font_name": "Cambria"},
    "hash": {**CELL, "font_name": "Consolas", "font_size": 8},
    "number": {**CELL, **NUMBER},
    "strong": {**CELL, "bold": True},
    "total": {**CELL, "bold": True, "bg_color": "#EEF3F8"},
}
LINE: Final = {**TEXT, "text_wrap": False}
TITLE: Final = {**LINE, "bold": True, "font_size": 14, "font_color": ACCENT}
CAPTION: Final = {**LINE, "bold": True, "font_size": 11, "font_color": ACCENT}
QUIET: Final = {**LINE, "font_color": MUTED}
# In French, the marks in one line are just as wide as a page.
LINE_OF_MARKS: Final = {**QUIET, "font_size": 8}
# The head of each sheet is its title and its marks. A table may begin below.
FIRST_ROW: Final = 2
HEIGHT_OF_TITLE, HEIGHT_OF_MARKS = 22.0, 19.0
# The names of months in the language of the report, wherever the file is opened.
DAY_FORMATS: Final = {
    "en": "[$-809]d mmm yyyy",
    "fr": "[$-40C]d mmm yyyy",
    "de": "[$-407]d. mmm yyyy",
    "it": "[$-410]d mmm yyyy",
    "ja": '[$-411]yyyy"年"m"月"d"日"',
}
ISO: Final = "yyyy-mm-dd"


class SheetColumn(NamedTuple):
    """A column of a table. The width is in digits, as spreadsheet programs count it."""

    heading: str
    width: float
    kind: CellKind = "text"


class ReportBook:
    """A workbook that is being written, with the snapshot that it is written from."""

    def __init__(self, buffer: IO[bytes], snapshot: Snapshot, digest: str) -> None:
        self.snapshot = snapshot
        self.facts, self.envelope = snapshot["facts"], snapshot["envelope"]
        self.labels = self.facts["labels"]
        self.marks = marks_of(snapshot, digest)
        language = self.facts["language"]
        title = document_title(snapshot)
        self.book = new_workbook(buffer, title=title, language=language)
        self.book.set_custom_property("Handling", self.marks.handling.value)
        if code := self.marks.code.value:
            self.book.set_custom_property("Verification code", code)
        day_format = DAY_FORMATS.get(language, ISO)
        self._day = {**NO_TEXT, "num_format": day_format, "align": "left"}
        self._formats: dict[tuple[Any, ...], Format] = {}

    def style(self, properties: dict[str, Any]) -> Format:
        """Return the format with these properties. Equal ones are one format."""
        key = tuple(properties.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def name_of(self, sheet: SheetName) -> str:
        """Return the name of a sheet, as its tab has it."""
        return sheet_name(self.labels["workbook"]["sheets"][sheet])

    def holds(self, sheet: SheetName) -> str:
        """Return the sentence on what a sheet holds."""
        compared = self.facts["compared"]
        since = compared["title"] if compared else ""
        return self.labels["workbook"]["holds"][sheet].replace("{since}", since)

    def add_sheet(self, name: SheetName) -> Worksheet:
        """Add a sheet with its head. The first cell says what the sheet holds."""
        return self.add_named_sheet(self.name_of(name), self.holds(name))

    def add_named_sheet(self, name: str, holds: str) -> Worksheet:
        """Add a sheet that a report may have more than once."""
        sheet = self.book.add_worksheet(name)
        title = f"{name}. {holds}"
        write_text(sheet, 0, 0, title, self.style(TITLE))
        sheet.set_row(0, HEIGHT_OF_TITLE)
        sheet.set_row(1, HEIGHT_OF_MARKS)
        write_text(sheet, 1, 0, self._line_of_marks(), self.style(LINE_OF_MARKS))
        set_up_print(sheet, header=self._header(), footer=self._footer())
        sheet.hide_gridlines(2)
        return sheet

    def write(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        value: CellValue,
        kind: CellKind = "text",
    ) -> None:
        """Write a text, a number or a day, each as what it is."""
        look = CELLS[kind]
        match value:
            case StyledCell(text, own):
                write_text(sheet, row, column, text, self.style(look | own))
            case int():
                sheet.write_number(row, column, value, self.style(look | NUMBER))
            case dict():
                when = date.fromisoformat(value["iso"])
                sheet.write_datetime(row, column, when, self.style(look | self._day))
            case _:
                text = value or ""
                direction = RIGHT_TO_LEFT if is_right_to_left(text) else {}
                write_text(sheet, row, column, text, self.style(look | direction))

    def write_table(
        self,
        sheet: Worksheet,
        first_row: int,
        name: str,
        columns: Sequence[SheetColumn],
        rows: Iterable[Sequence[CellValue]],
        *,
        has_filters: bool = True,
    ) -> int:
        """Write a table, and return the number of the row below it.

        The name is for formulas of readers, so it is the same in every language.
        """
        row = first_row
        for row, values in enumerate(rows, first_row + 1):
            self._write_row(sheet, row, columns, values)
        if row == first_row:  # a table has at least one row
            row += 1
            self.write(sheet, row, 0, self.labels["none_listed"])
        header = self.style(HEADING)
        button = BUTTON if has_filters else 0
        headings = [(column.heading, column.width - button) for column in columns]
        sheet.set_row(first_row, row_height(headings))
        options = {
            "name": name,
            "style": None,
            "autofilter": has_filters,
            "columns": [
                {"header": column.heading, "header_format": header}
                for column in columns
            ],
        }
        sheet.add_table(first_row, 0, row, len(columns) - 1, options)
        return row + 1

    def _write_row(
        self,
        sheet: Worksheet,
        row: int,
        columns: Sequence[SheetColumn],
        values: Sequence[CellValue],
    ) -> None:
        texts = []
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            self.write(sheet, row, number, value, column.kind)
            text = value.text if isinstance(value, StyledCell) else value
            if isinstance(text, str):
                texts.append((text, column.width))
        sheet.set_row(row, row_height(texts))

    def write_main_table(
        self,
        sheet: Worksheet,
        name: str,
        columns: Sequence[SheetColumn],
        rows: Iterable[Sequence[CellValue]],
        *,
        names: int,
    ) -> int:
        """Write the table that fills a sheet. Its headings and first columns stay."""
        columns = [*map(_as_wide_as_its_heading, columns)]
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        sheet.freeze_panes(FIRST_ROW + 1, names)
        sheet.repeat_rows(FIRST_ROW)
        return self.write_table(sheet, FIRST_ROW, name, columns, rows)

    def write_caption(self, sheet: Worksheet, row: int, text: str) -> None:
        """Write the caption of a table, above it."""
        write_text(sheet, row, 0, text, self.style(CAPTION))

    def write_note(self, sheet: Worksheet, row: int, text: str) -> None:
        """Write a note below a table."""
        write_text(sheet, row, 0, text, self.style(QUIET))

    def named(self, mark: Mark) -> str:
        """Return a mark with its label, as one text."""
        return named(mark.label, mark.value, self.labels)

    def _line_of_marks(self) -> str:
        marks = self.marks
        found = [
            marks.handling.value,
            marks.circulation.value,
            marks.kind.value,
            marks.scope.value,
            self.facts["plan"]["short_title"],
            self.named(marks.at),
            self.named(marks.known_at),
            marks.language.value,
            marks.illustrative.label if marks.illustrative.value else "",
        ]
        return " · ".join(filter(None, found))

    def _header(self) -> str:
        plan = self.facts["plan"]["short_title"]
        return f"{self.marks.handling.value} · {self.facts['title']} · {plan}"

    def _footer(self) -> str:
        marks = self.marks
        found = [
            marks.handling.value,
            marks.circulation.value,
            self.named(marks.known_at),
            marks.illustrative.label if marks.illustrative.value else "",
        ]
        return " · ".join(filter(None, found))


def _as_wide_as_its_heading(column: SheetColumn) -> SheetColumn:
    return column._replace(width=max(column.width, width_of_heading(column.heading)))
