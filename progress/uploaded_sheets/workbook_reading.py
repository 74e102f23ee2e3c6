"""Read the cells of an uploaded workbook, within bounds.

calamine reads the values. It says nothing of formulas and errors, makes room for every
cell between the first and the last, copies a shared text into each of its cells, and
unpacks whatever an archive holds. So each part is first unpacked here, no longer than
its archive declares, and each sheet is looked through for its formulas and its size.
calamine gets only what passed.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from io import BytesIO
from posixpath import join, normpath
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

Value = str | int | float | bool | date | datetime | time | timedelta
# Row and column, both from 0.
Place = tuple[int, int]

MOST_ROWS: Final = 10_100
MOST_COLUMNS: Final = 50
MOST_SHEETS: Final = 20
MOST_UNPACKED: Final = 100 * 1024 * 1024
# Of all cells of a sheet together, counting a shared text each time.
MOST_CHARACTERS: Final = 50_000_000
SHEETS_PART: Final = "xl/workbook.xml"
PLACES_PART: Final = "xl/_rels/workbook.xml.rels"
SHARED_TEXTS_PART: Final = "xl/sharedStrings.xml"
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class CellProblem(StrEnum):
    """Why a cell has no value that can be read."""

    FORMULA = "formula"
    ERROR = "error"
    MERGED = "merged"


class UnreadableWorkbookError(Exception):
    """The file is no sound workbook."""


class OversizedWorkbookError(Exception):
    """The file has more than a sheet can have."""


@dataclass
class SheetCells:
    """The cells of one sheet: their values, and those that have a problem instead."""

    name: str
    rows: list[list[Value]]
    problems: dict[Place, CellProblem] = field(default_factory=dict)


def read_workbook(content: bytes) -> Iterator[SheetCells]:
    """Yield the visible sheets of a workbook. What is hidden is not looked at.

    The archive's directory has been checked. Raises UnreadableWorkbookError, or
    OversizedWorkbookError.
    """
    parts = _unpacked(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_stored(parts)))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]
        if len(visible) > MOST_SHEETS:
            raise OversizedWorkbookError
        part_of = _parts_of_sheets(parts)
        lengths = _lengths_of_shared_texts(parts.get(SHARED_TEXTS_PART))
        for name in visible:
            problems = _problems_in(parts[part_of[name]], lengths)
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            # A last row of formulas without values is none to calamine.
            rows += [[]] * (
                1 + max((row for row, _ in problems), default=0) - len(rows)
            )
            problems |= _merged(sheet.merged_cell_ranges or [])
            yield SheetCells(name, rows, problems)
    except (CalamineError, KeyError, expat.ExpatError) as error:
        raise UnreadableWorkbookError from error


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts of XML, by name. Together they have at most MOST_UNPACKED."""
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                if not member.filename.endswith((".xml", ".rels")):
                    continue
                left -= member.file_size
                if left < 0:
                    raise OversizedWorkbookError
                # No more than `file_size` is unpacked, whatever is in there.
                parts[member.filename] = archive.read(member)
    except (zipfile.BadZipFile, EOFError, ValueError, zlib.error) as error:
        raise UnreadableWorkbookError from error
    return parts


def _stored(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of these parts in which nothing is packed."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def _parts_of_sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the name of the part in which each sheet is."""
    targets = {
        attributes["Id"]: normpath(join("xl", attributes["Target"])).lstrip("/")
        for tag, attributes in _elements(parts[PLACES_PART])
        if tag == "Relationship"
    }
    return {
        attributes["name"]: targets[attributes["id"]]
        for tag, attributes in _elements(parts[SHEETS_PART])
        if tag == "sheet"
    }


def _lengths_of_shared_texts(xml: bytes | None) -> list[int]:
    """Return how many characters each shared text has, in their order."""
    lengths: list[int] = []

    def start(tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "si":
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    if xml is not None:
        _parse(xml, start, text)
    return lengths


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return every element with its attributes, all without their namespaces."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        found.append((tag, {_local(name): text for name, text in attributes.items()}))

    _parse(xml, start)
    return found


def _parse(
    xml: bytes,
    start: Callable[[str, Mapping[str, str]], None],
    text: Callable[[str], None] | None = None,
) -> None:
    """Call `start` for each element, and `text` for the text between two tags.

    A part that declares entities is refused.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_declarations(*_about: object) -> None:
    raise UnreadableWorkbookError


# ---- Looking through a sheet ---------------------------------------------------------


def _problems_in(xml: bytes, lengths: Sequence[int]) -> dict[Place, CellProblem]:
    """Return the cells with a formula or an error, after checking the sheet's size.

    `lengths` are those of the shared texts. Raises OversizedWorkbookError.
    """
    looker = _CellLooker(lengths)
    _parse(xml, looker.start, looker.text)
    return looker.problems


class _CellLooker:
    """Follows the elements of a sheet: which cell it is in, and what that has.

    A cell that names no place is beside the last one, as in calamine. Only a cell with
    content counts: programs write empty ones far out, for their formats.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.row, self.column = -1, -1
        self.problems: dict[Place, CellProblem] = {}
        self._lengths = lengths
        self._characters = 0
        self._is_shared = self._is_value = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._is_value = tag == "v"
        if tag == "c":
            self._enter_cell(attributes)
        elif tag == "row":
            self._enter_row(attributes)
        elif tag in {"v", "is", "f"}:
            self._look_at_content(tag)

    def text(self, part: str) -> None:
        """Count the characters of a shared text, which a cell names by its number."""
        if not (self._is_value and self._is_shared and part.strip().isdecimal()):
            return
        self._is_value = False
        number = int(part)
        self._characters += self._lengths[number] if number < len(self._lengths) else 0
        if self._characters > MOST_CHARACTERS:
            raise OversizedWorkbookError

    def _enter_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) - 1 if number.isdecimal() else self.row + 1
        self.column = -1

    def _enter_cell(self, attributes: Mapping[str, str]) -> None:
        self.column += 1
        if "r" in attributes:
            self.row, self.column = _place_of(attributes["r"])
        self._is_shared = attributes.get("t") == "s"
        if attributes.get("t") == "e":
            self.problems[self.row, self.column] = CellProblem.ERROR

    def _look_at_content(self, tag: str) -> None:
        if self.row >= MOST_ROWS or self.column >= MOST_COLUMNS:
            raise OversizedWorkbookError
        if tag == "f":
            self.problems[self.row, self.column] = CellProblem.FORMULA


def _place_of(name: str) -> Place:
    """Return the place of a cell such as B7."""
    found = _CELL.fullmatch(name)
    if found is None:
        raise UnreadableWorkbookError
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _merged(ranges: list[tuple[Place, Place]]) -> dict[Place, CellProblem]:
    """Return the first cell of each merged range, which alone has a value."""
    return {first: CellProblem.MERGED for first, _last in ranges}
