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

from progress.sheets.csv_text import unguarded

SEPARATORS: Final = (",", ";", "\t")
# The headings are among the first rows. A few lines may say above them what it is.
FIRST_ROWS: Final = 30


class WrongEncodingError(Exception):
    """The file is not in UTF-8, nor in what Excel calls Unicode text."""


class UnreadableCsvError(Exception):
    """No separator gives rows with the known headings, or a quote is not closed."""


def read_csv(
    content: bytes, *, is_heading: Callable[[list[str]], bool]
) -> list[list[str]]:
    """Return the rows of a file without their guards.

    `is_heading` tells whether a row has the known headings. Raises WrongEncodingError,
    or UnreadableCsvError.
    """
    text = _decoded(content)
    for separator in SEPARATORS:
        try:
            if any(map(is_heading, islice(_rows(text, separator), FIRST_ROWS))):
                return list(_rows(text, separator))
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
