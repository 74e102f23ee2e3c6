"""Reads a workbook with a reader that is not its writer, and its parts as XML."""

import io
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class ReadBook:
    """The sheets of a workbook as rows of values, and the parts of its file."""

    def __init__(self, content: bytes) -> None:
        self.book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.names = self.book.sheet_names
        with ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def rows(self, name: str) -> list[list[Any]]:
        return self.book.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def table(self, name: str, first_row: int = 2) -> list[dict[str, Any]]:
        """Return the rows of the table whose headings are in this row."""
        head, *rows = self.rows(name)[first_row:]
        return [dict(zip(head, row, strict=True)) for row in rows]

    def sheet_xml(self, name: str) -> str:
        number = self.names.index(name) + 1
        return self.parts[f"xl/worksheets/sheet{number}.xml"].decode()

    def trees(self, beginning: str) -> list[ElementTree.Element]:
        """Return the parsed parts whose names begin so, in order."""
        return [
            ElementTree.fromstring(self.parts[name])  # noqa: S314 - our own file
            for name in sorted(self.parts)
            if name.startswith(beginning) and name.endswith(".xml")
        ]
