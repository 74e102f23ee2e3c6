"""The types of a score sheet, from the rows written to what applying it would do.

A *score sheet* is a file of one draft table. A *row* is one cell of the table: one
commitment of one member. In the long layout it is a row of the file, and in the matrix
one of its cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

from progress.assessments.cells import CellDays, CellText
from progress.models import AssessmentTable
from progress.uploaded_sheets.faults import SheetFault
from progress.uploaded_sheets.previews import RowOutcome, SheetPreview
from progress.uploaded_sheets.workbook_reading import Value

# The code of a commitment and that of a member.
Pair = tuple[str, str]


@dataclass(frozen=True)
class ScoreSheetRow:
    """One cell of a table as it is saved now: a sheet is made from it, and compared."""

    assessment_id: UUID
    code: str
    title: str
    member: str
    version: int
    text: CellText
    # What the member says of itself, only to be read.
    self_report: str = ""
    # Whether the body has published a guideline, without which there is no score.
    has_guideline: bool = True

    @property
    def pair(self) -> Pair:
        return self.code, self.member


@dataclass(frozen=True)
class ScoreSheet:
    """The cells of one table, in the order of the plan."""

    table: AssessmentTable
    rows: tuple[ScoreSheetRow, ...]
    days: CellDays
    # Codes by what may be written for a member: its code, its name in any language.
    members: Mapping[str, str]

    @cached_property
    def by_pair(self) -> Mapping[Pair, ScoreSheetRow]:
        return {row.pair: row for row in self.rows}

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(row.code for row in self.rows)


@dataclass(frozen=True)
class SheetCell:
    """A cell of a file: where it is, what it holds, and why that cannot be read."""

    address: str
    value: Value = ""
    problem: str = ""

    @property
    def shown(self) -> str:
        """Return what it holds as a person recognises it."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value)

    @property
    def is_blank(self) -> bool:
        is_empty = isinstance(self.value, str) and not self.value.strip()
        return is_empty and not self.problem

    def fault(self, message: str, line: int, column: str) -> SheetFault:
        """Return what is wrong with it."""
        return SheetFault(message, line, column, self.address, self.shown)


@dataclass(frozen=True)
class ReadScoreRow:
    """A row of an uploaded file about one cell of the table.

    `pair` is None where a name is not known. `cells` has what may be filled in, by the
    column's name, and what the sheet has of it. A matrix has scores alone.
    """

    line: int
    pair: Pair | None
    cells: Mapping[str, SheetCell]
    key: str = ""
    # Where the row is named, for faults that are about all of it.
    place: SheetCell = SheetCell("")


@dataclass(frozen=True)
class ReadScoreSheet:
    """What an uploaded file says, and all that is wrong with its names and headings."""

    rows: tuple[ReadScoreRow, ...]
    # Rows of unknown names, or of one that is there twice. Their cells are read too, so
    # that everything that is wrong is said at once.
    strays: tuple[ReadScoreRow, ...] = ()
    faults: tuple[SheetFault, ...] = ()


@dataclass(frozen=True)
class ScorePreviewRow:
    """What applying the sheet would do with one cell, and why not, if it is refused."""

    line: int
    outcome: RowOutcome
    present: ScoreSheetRow
    text: CellText
    faults: tuple[SheetFault, ...] = ()
    # Fields that the sheet leaves blank although something is saved: they stay.
    kept: tuple[str, ...] = ()
    # A score has no handling label of its own.
    lowers_handling: bool = False

    @property
    def code(self) -> str:
        """Return what the row is about, as fields of a form name it: 1.2.3-FR."""
        return "-".join(self.present.pair)

    @property
    def version(self) -> int:
        return self.present.version


ScorePreview = SheetPreview[ScorePreviewRow]
FIELDS: Final = ("score", "rationale", "sources", "as_of")


def field_value(text: CellText, field: str) -> str | date | None:
    """Return a field of a cell, which is empty or None where nothing is saved."""
    value: str | date | None = getattr(text, field)
    return value
