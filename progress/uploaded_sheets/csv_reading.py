"""Read the cells of an uploaded CSV or text file.

How it was encoded and separated is never guessed: the encoding is said by its mark or
is UTF-8, and the separator is the one with which the known headings are found.
"""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from progress import limits
from progress.sheets.csv_text import unguarded
from progress.uploaded_sheets.workbook_reading import MOST_COLUMNS, MOST_ROWS

SEPARATORS: Final = (",", ";", "\t")
# The headings are among the first rows. A few lines may say above them what it is, and
# who sorts a sheet may sort its headings among its rows.
FIRST_ROWS: Final = 1_000
# Python refuses a longer cell with no word about where it is. Ours are checked later,
# each with its address, and none is longer than its file.
csv.field_size_limit(limits.SHEET_BYTES)


class WrongEncodingError(Exception):
    """The file is not in UTF-8, nor in what Excel calls Unicode text."""


class UnreadableCsvError(Exception):
    """No separator gives rows with the known headings, or a quote is not closed."""


class OversizedCsvError(Exception):
    """The file has more rows or columns than a sheet can have."""


def read_csv(
    content: bytes, *, is_heading: Callable[[list[str]], bool]
) -> list[list[str]]:
    """Return the rows of a file without their guards.

    `is_heading` tells whether a row has the known headings. Raises WrongEncodingError,
    UnreadableCsvError, or OversizedCsvError.
    """
    text = _decoded(content)
    for separator in SEPARATORS:
        try:
            first = islice(_rows(text, separator), FIRST_ROWS)
            if any(is_heading(row[:MOST_COLUMNS]) for row in first):
                return [*_within_bounds(_rows(text, separator))]
        except csv.Error:
            continue
    raise UnreadableCsvError


def _decoded(content: bytes) -> str:
    is_utf_16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongEncodingError from error
    if "\x00" in text:  # UTF-16 without its mark
        raise WrongEncodingError
    return text


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    return ([*map(unguarded, row)] for row in rows)


def _within_bounds(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows of a file that is no larger than a workbook may be.

    Blank cells far out are left away: programs write them, and no one sees them.
    """
    for number, row in enumerate(rows):
        if any(row if number >= MOST_ROWS else row[MOST_COLUMNS:]):
            raise OversizedCsvError
        if number < MOST_ROWS:
            yield row[:MOST_COLUMNS]
