"""Tables as CSV text, for machines and for people.

For machines, every text is verbatim. For people there is a mark at the beginning, by
which spreadsheet programmes know UTF-8, and a guard: an apostrophe before a text that
such a programme would take for a formula. Lines end with CR and LF (RFC 4180).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

# A spreadsheet programme reads a text that begins with one of these as a formula, or
# drops it. The apostrophe is one of them, so that a reader can remove exactly one.
GUARDED: Final = ("=", "+", "-", "@", "'", "\t", "\r")
GUARD: Final = "'"
MARK_OF_UTF8: Final = b"\xef\xbb\xbf"
ROWS_OF_A_PIECE: Final = 100


def guarded(text: str) -> str:
    """Return the text with an apostrophe before it if it could be a formula."""
    return GUARD + text if text.startswith(GUARDED) else text


def unguarded(text: str) -> str:
    """Return the text without its guard: exactly one apostrophe is removed."""
    return text.removeprefix(GUARD)


def csv_pieces(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield the rows as UTF-8, verbatim. At most a hundred rows are in memory."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % ROWS_OF_A_PIECE == 0:
            yield _taken(buffer)
    if rest := _taken(buffer):
        yield rest


def csv_pieces_for_people(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield the rows as UTF-8 for a spreadsheet programme: marked and guarded."""
    yield MARK_OF_UTF8
    yield from csv_pieces([*map(guarded, row)] for row in rows)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
