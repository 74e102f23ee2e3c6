"""Read tables as their readers do: python-calamine for XLSX, csv for CSV."""

import csv
import io
from typing import Any

from python_calamine import CalamineWorkbook

BOM = b"\xef\xbb\xbf"


def read_xlsx(content: bytes) -> dict[str, list[list[Any]]]:
    """Return the rows of each sheet, by its name, from its first cell on."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def read_csv(content: bytes) -> list[dict[str, str]]:
    """Return the rows by heading. Line ends in a cell stay as they are."""
    text = content.removeprefix(BOM).decode("utf-8")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    headings = next(rows)
    assert len(set(headings)) == len(headings), headings
    return [dict(zip(headings, row, strict=True)) for row in rows]
