"""What is wrong in an uploaded sheet: in the file, in a row, or in a cell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetFault:
    """What is wrong in an uploaded file, where, and what to do.

    Without a `line` it is about the whole file, without a `column` about a whole row.
    `column` is the heading that the person reads. `cell` is the cell's address as a
    spreadsheet program shows it, such as C7, and `value` what is in it.
    """

    message: str
    line: int | None = None
    column: str = ""
    cell: str = ""
    value: str = ""


class SheetRefused(Exception):  # noqa: N818 - it names an answer, not a fault
    """The file cannot be read as a sheet at all. `message` says why, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CellRefused(Exception):  # noqa: N818 - it names an answer, not a fault
    """What was typed into a cell cannot be read. `message` says what to type."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
