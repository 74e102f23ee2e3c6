"""XLSX workbooks: typed texts, no formulas, and the same bytes each time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import IO, Any, Final
from xml.sax.saxutils import escape

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.worksheet import Worksheet

# In the file instead of the time at which it was made, so that its bytes are the same.
CREATED: Final = datetime(1980, 1, 1, tzinfo=UTC)
# Texts stay texts. Otherwise "=1" would be a formula, and "007" the number 7.
OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
}
# The format of every cell with text. With its quote prefix, a text stays a text when a
# person edits the cell.
TEXT: Final[dict[str, Any]] = {
    "quote_prefix": True,
    "text_wrap": True,
    "valign": "top",
    "font_name": "Calibri",
    "font_size": 10,
}
HEADING: Final[dict[str, Any]] = {
    **TEXT,
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": "#1F4E79",
    "border": 1,
    "border_color": "#C4CAD1",
}
A4: Final = 9
MOST_ROWS: Final = 1_048_576
LONGEST_SHEET_NAME: Final = 31
NOT_IN_SHEET_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST_HEADER: Final = 255


class CellTextTooLongError(ValueError):
    """A text has more than the 32,767 characters that a cell can hold."""


class _VerbatimStrings(SharedStringTable):  # type: ignore[misc]  # untyped
    """The texts of a workbook, as they are.

    XlsxWriter 3.3.1 writes a text "<r>…</r>" unescaped, as a text with formats. So such
    a text is turned into one, with itself as its only part.
    """

    string_array: list[str]

    def _sort_string_data(self) -> None:
        super()._sort_string_data()
        self.string_array = [
            f'<r><t xml:space="preserve">{escape(text)}</t></r>'
            if text.startswith("<r>") and text.endswith("</r>")
            else text
            for text in self.string_array
        ]


def new_workbook(buffer: IO[bytes], *, title: str, language: str) -> Workbook:
    """Return an empty workbook that is written to the buffer when it is closed."""
    book = Workbook(buffer, OPTIONS)
    book.str_table = _VerbatimStrings()
    book.set_properties({"title": title, "created": CREATED})
    book.set_custom_property("Language", language)
    return book


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, style: Format
) -> None:
    """Write a text cell, whatever the text looks like. Raises CellTextTooLongError.

    The programme counts UTF-16 units: an emoji is two of its characters.
    """
    if not text:
        sheet.write_blank(row, column, None, style)
    elif sheet.write_string(row, column, text, style):
        raise CellTextTooLongError(f"Row {row + 1}, column {column + 1}: text too long")


def write_headings(
    sheet: Worksheet, headings: Sequence[str], style: Format, *, row: int = 0
) -> None:
    """Write a row of headings that stays in sight and is repeated on each page."""
    for column, heading in enumerate(headings):
        write_text(sheet, row, column, heading, style)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)


def set_up_print(sheet: Worksheet, *, header: str, footer: str) -> None:
    """Print the sheet on A4 across, as wide as the page, with these texts on each.

    `header` is where the handling mark is.
    """
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    sheet.set_header(f"&L{_printed(header)}")
    sheet.set_footer(f"&L{_printed(footer)}&R&P / &N")


def sheet_name(text: str) -> str:
    """Return the text as a possible name of a sheet."""
    name = text.translate(NOT_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME]
    return name.strip().strip("'").strip()


def _printed(text: str) -> str:
    """Return a text for a header or footer, where an ampersand begins a command."""
    return text.replace("&", "&&")[: LONGEST_HEADER - len("&L&R&P / &N")].rstrip("&")
