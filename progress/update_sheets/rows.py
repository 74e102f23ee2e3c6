"""The types of an update sheet, from the rows written to the result of applying it.

A *sheet* is a file that a person downloads, fills in and uploads. A *row* of it is one
commitment of their member, and a *cell* is one field of its update.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from commitments.models import MemberCommitment, Plan
from progress.entries.text import EntryText
from progress.models import Stocktake
from progress.stocktakes.deadlines import Deadline


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
class SheetFault:
    """What is wrong in an uploaded file, where, and what to do.

    Without a `line` it is about the whole file, without a `column` about a whole row.
    `column` is the heading that the person reads.
    """

    message: str
    line: int | None = None
    column: str = ""


class SheetRefused(Exception):  # noqa: N818 - it names an answer, not a fault
    """The file cannot be read as a sheet at all. `message` says why, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


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


class RowOutcome(StrEnum):
    """What applying the sheet would do with a row."""

    UNCHANGED = "unchanged"
    NEW = "new"
    CHANGED = "changed"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class CellChange:
    """A cell with another text than now, or than a new update would begin with."""

    field: str
    label: str
    before: str
    after: str


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


@dataclass(frozen=True)
class SheetPreview:
    """What applying a sheet would do, row by row, in the order of the file."""

    rows: tuple[PreviewRow, ...]
    faults: tuple[SheetFault, ...] = ()

    def of(self, outcome: RowOutcome) -> list[PreviewRow]:
        return [row for row in self.rows if row.outcome is outcome]

    @cached_property
    def counts(self) -> Mapping[RowOutcome, int]:
        """The number of rows of each outcome, zeros too."""
        counts = Counter(row.outcome for row in self.rows)
        return {outcome: counts[outcome] for outcome in RowOutcome}

    @cached_property
    def lowered(self) -> list[PreviewRow]:
        """The rows whose lower handling label must be confirmed, conflicts included."""
        return [row for row in self.rows if row.lowers_handling]

    @property
    def all_faults(self) -> Iterator[SheetFault]:
        yield from self.faults
        for row in self.rows:
            yield from row.faults

    @property
    def can_apply(self) -> bool:
        """Whether it has something to apply, and nothing that is refused.

        Conflicts and lowered labels are then decided by the person.
        """
        writes = {RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.CONFLICT}
        has_faults = next(self.all_faults, None) is not None
        return not has_faults and any(row.outcome in writes for row in self.rows)


# By the code of a commitment, the version of its update when the person chose.
ChosenAt = Mapping[str, int]


@dataclass(frozen=True)
class SheetDecisions:
    """What the person chose on the preview.

    A choice counts for the version that was shown with it: a text saved later was not
    seen by the person who chose.
    """

    # In conflicts: use the sheet's text, or keep the present one.
    take_sheet: ChosenAt = field(default_factory=dict)
    keep_present: ChosenAt = field(default_factory=dict)
    # Lower handling labels that are confirmed.
    lowered: ChosenAt = field(default_factory=dict)

    def takes_sheet(self, row: PreviewRow) -> bool:
        return _names(self.take_sheet, row)

    def keeps_present(self, row: PreviewRow) -> bool:
        return _names(self.keep_present, row)

    def confirms_lowered(self, row: PreviewRow) -> bool:
        return _names(self.lowered, row)

    def is_settled(self, row: PreviewRow) -> bool:
        """Whether the person chose all that this row needs."""
        if row.outcome is RowOutcome.CONFLICT:
            if self.keeps_present(row):
                return True
            if not self.takes_sheet(row):
                return False
        return not row.lowers_handling or self.confirms_lowered(row)


def _names(chosen: ChosenAt, row: PreviewRow) -> bool:
    present = row.present
    return present is not None and chosen.get(row.code) == present.version


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


class SheetNotApplied(Exception):  # noqa: N818 - it names an answer, not a fault
    """Nothing was applied. `faults` say why, beside the rows as compared again."""

    def __init__(self, preview: SheetPreview, faults: tuple[SheetFault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.preview, self.faults = preview, faults
