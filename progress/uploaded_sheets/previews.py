"""What applying an uploaded sheet would do, and what its owner decided about it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from progress.uploaded_sheets.faults import SheetFault


class RowOutcome(StrEnum):
    """What applying the sheet would do with a row."""

    UNCHANGED = "unchanged"
    NEW = "new"
    CHANGED = "changed"
    CONFLICT = "conflict"
    REFUSED = "refused"


class PreviewedRow(Protocol):
    """A row of a preview, of any kind of sheet."""

    @property
    def line(self) -> int:
        """The number of the row in the file, as a spreadsheet program shows it."""

    @property
    def code(self) -> str:
        """What the row is about. It is unique in the sheet, or empty."""

    @property
    def outcome(self) -> RowOutcome: ...

    @property
    def faults(self) -> tuple[SheetFault, ...]: ...

    @property
    def lowers_handling(self) -> bool:
        """Whether the person must confirm that more people could read it."""

    @property
    def version(self) -> int | None:
        """The version of what is saved now. None: the row is not one of theirs."""


PreviewedT = TypeVar("PreviewedT", bound=PreviewedRow)


@dataclass(frozen=True)
class SheetPreview(Generic[PreviewedT]):
    """What applying a sheet would do, row by row, in the order of the file."""

    rows: tuple[PreviewedT, ...]
    faults: tuple[SheetFault, ...] = ()

    def of(self, outcome: RowOutcome) -> list[PreviewedT]:
        return [row for row in self.rows if row.outcome is outcome]

    @cached_property
    def counts(self) -> Mapping[RowOutcome, int]:
        """The number of rows of each outcome, zeros too."""
        counts = Counter(row.outcome for row in self.rows)
        return {outcome: counts[outcome] for outcome in RowOutcome}

    @cached_property
    def lowered(self) -> list[PreviewedT]:
        """The rows whose lower handling label must be confirmed, conflicts included."""
        return [row for row in self.rows if row.lowers_handling]

    @property
    def all_faults(self) -> Iterator[SheetFault]:
        yield from self.faults
        for row in self.rows:
            yield from row.faults

    @property
    def digest(self) -> str:
        """A mark of what applying would change, to tell if it is still so."""
        facts = [
            (row.line, row.outcome.value, row.version)
            for row in self.rows
            if row.outcome is not RowOutcome.UNCHANGED
        ]
        return sha256(repr(facts).encode()).hexdigest()

    @property
    def can_apply(self) -> bool:
        """Whether it has something to apply, and nothing that is refused.

        Conflicts and lowered labels are then decided by the person.
        """
        writes = {RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.CONFLICT}
        has_faults = next(self.all_faults, None) is not None
        return not has_faults and any(row.outcome in writes for row in self.rows)


@dataclass(frozen=True)
class CellChange:
    """A cell with another text than now, or than a new row would begin with.

    In a conflict, `before` is what is saved and `after` what the sheet says.
    """

    field: str
    label: str
    before: str
    after: str


# By the code of a row, the version of what was saved when the person chose.
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
    # The digest of the preview that the person saw. None: it does not matter.
    seen: str | None = None

    def takes_sheet(self, row: PreviewedRow) -> bool:
        return _names(self.take_sheet, row)

    def keeps_present(self, row: PreviewedRow) -> bool:
        return _names(self.keep_present, row)

    def confirms_lowered(self, row: PreviewedRow) -> bool:
        return _names(self.lowered, row)

    def is_settled(self, row: PreviewedRow) -> bool:
        """Whether the person chose all that this row needs."""
        if row.outcome is RowOutcome.CONFLICT:
            if self.keeps_present(row):
                return True
            if not self.takes_sheet(row):
                return False
        return not row.lowers_handling or self.confirms_lowered(row)

    def writes(self, row: PreviewedRow) -> bool:
        """Whether a row is saved: it differs, and is not kept as it is."""
        is_kept = row.outcome is RowOutcome.CONFLICT and self.keeps_present(row)
        return row.outcome is not RowOutcome.UNCHANGED and not is_kept


def _names(chosen: ChosenAt, row: PreviewedRow) -> bool:
    return row.version is not None and chosen.get(row.code) == row.version


class SheetNotApplied(Exception):  # noqa: N818 - it names an answer, not a fault
    """Nothing was applied. `faults` say why, beside the rows as compared again."""

    def __init__(
        self, preview: SheetPreview[Any], faults: tuple[SheetFault, ...]
    ) -> None:
        super().__init__(f"{len(faults)} faults")
        self.preview, self.faults = preview, faults
