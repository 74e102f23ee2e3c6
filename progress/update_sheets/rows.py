"""The types of an update sheet, from the rows written to the result of applying it.

A *sheet* is a file that a person downloads, fills in and uploads. A *row* of it is one
commitment of their member, and a *cell* is one field of its update.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from commitments.models import MemberCommitment, Plan
from progress.entries.text import EntryText
from progress.models import Stocktake
from progress.stocktakes.deadlines import Deadline
from progress.uploaded_sheets.faults import SheetFault
from progress.uploaded_sheets.previews import RowOutcome, SheetPreview


@dataclass(frozen=True)
class SheetRow:
    """One commitment of a member as it is now: a sheet is made from it, and compared.

    `update` is the text of the update in progress, at `version`. Without one it is
    None, `entry_id` is None and `version` is 0. `last` is the last published text.
    """

    member_commitment_id: UUID
    code: str
    title: str
    state: str
    last: EntryText | None = None
    update: EntryText | None = None
    entry_id: UUID | None = None
    version: int = 0
    # The language of a new update that names none: that of its member.
    language: str = ""
    # Whether the update was returned, so that its status and narrative stay filled in.
    must_be_complete: bool = False
    # Why the row cannot be filled in now. Empty: it can.
    why_locked: str = ""


@dataclass(frozen=True)
class UpdateSheet:
    """The rows of a plan that one person may update, in the order of the plan."""

    plan: Plan
    stocktake: Stocktake | None
    member: str
    rows: tuple[SheetRow, ...]
    # Until when updates of the stocktake are on time.
    deadline: Deadline | None = None
    # What the rows are about, by its key.
    owed: Mapping[UUID, MemberCommitment] = field(default_factory=dict, repr=False)

    @cached_property
    def by_code(self) -> Mapping[str, SheetRow]:
        return {row.code: row for row in self.rows}


@dataclass(frozen=True)
class ReadRow:
    """A row of an uploaded file: its text in each column, by the column's name.

    `line` is the number of the row in the file, as a spreadsheet program shows it.
    """

    line: int
    cells: Mapping[str, str]
    faults: tuple[SheetFault, ...] = ()


@dataclass(frozen=True)
class ReadSheet:
    """What an uploaded file says. Rows without any text are left out."""

    rows: tuple[ReadRow, ...]
    # Faults of the whole file, such as a missing column. Then no row was read.
    faults: tuple[SheetFault, ...] = ()


@dataclass(frozen=True)
class PreviewRow:
    """What applying the sheet would do with one row, and why not, if it is refused.

    `code` and `title` are empty for a row that is not one of this person's.
    `comparison.changes_of` names the cells that differ.
    """

    line: int
    outcome: RowOutcome
    code: str = ""
    title: str = ""
    faults: tuple[SheetFault, ...] = ()
    # Whether it would make the text readable for more people than now.
    lowers_handling: bool = False
    # The whole resulting text, and the row it replaces.
    text: EntryText | None = None
    present: SheetRow | None = None

    @property
    def version(self) -> int | None:
        return self.present.version if self.present else None


UpdatePreview = SheetPreview[PreviewRow]


@dataclass(frozen=True)
class AppliedRow:
    """What was done with one row. `entry_id` is the update begun or changed."""

    line: int
    code: str
    title: str
    outcome: RowOutcome
    is_kept: bool = False
    entry_id: UUID | None = None


@dataclass(frozen=True)
class SheetReport:
    """What was done with each row, in the order of the file."""

    rows: tuple[AppliedRow, ...]

    @cached_property
    def written_count(self) -> int:
        return sum(row.entry_id is not None for row in self.rows)
