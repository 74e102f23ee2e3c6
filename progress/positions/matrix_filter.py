"""Which part of the matrix to show: its lines, its members and its cells.

A filter of cells asks only what the reader may see in the cell: its position and the
state of an entry in progress, as the page shows them to this reader. So it cannot tell
of anything that is hidden.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from accounts.dates import months_before
from accounts.models import Member
from progress.positions.plan_table import PlanLine
from progress.positions.position import Position

# The least age of an entry in months, by its name in the address.
AGES: Final = {"3-months": 3, "6-months": 6, "12-months": 12}
# Nothing was published since the last summit.
BEFORE_SUMMIT: Final = "before-summit"


class FilteredCell(Protocol):
    """What a cell must have to be filtered."""

    @property
    def position(self) -> Position: ...
    @property
    def state(self) -> str:
        """The state of the entry in progress; empty where the reader sees none."""

    @property
    def before(self) -> str:
        """The last summit, if nothing was published since; else empty."""

    @property
    def is_late(self) -> bool:
        """Whether what shows came after the deadline of the stocktake."""


@dataclass(frozen=True)
class MatrixFilter:
    """The part of the matrix to show; empty values show all of it."""

    action: str = ""
    sub_area: str = ""
    members: frozenset[str] = frozenset()
    # The commitments that concern an instrument; None without one.
    concerning: frozenset[int] | None = None
    part: str = ""
    change: str = ""
    state: str = ""
    # A key of `AGES`, or `BEFORE_SUMMIT`.
    age: str = ""
    is_at_risk: bool = False
    is_late: bool = False
    # No entry in the stocktake in hand.
    is_silent: bool = False

    def has_line(self, line: PlanLine) -> bool:
        commitment = line.commitment
        sub_area = commitment.sub_area.code if commitment.sub_area else ""
        return (
            self.action in {"", commitment.action.code}
            and self.sub_area in {"", sub_area}
            and (self.concerning is None or commitment.pk in self.concerning)
        )

    def has_member(self, member: Member) -> bool:
        return not self.members or member.code in self.members

    def cell_test(self, *, at: date) -> Callable[[FilteredCell], bool] | None:
        """Return whether a cell belongs to the part, or None where all cells do.

        `at` is the day up to which ages are counted.
        """
        tests = [test for is_asked, test in self._cell_tests(at) if is_asked]
        if not tests:
            return None
        return lambda cell: all(test(cell) for test in tests)

    def _cell_tests(
        self, at: date
    ) -> list[tuple[object, Callable[[FilteredCell], bool]]]:
        return [
            (self.part, lambda cell: cell.position.part == self.part),
            (self.change, lambda cell: cell.position.change == self.change),
            (self.state, lambda cell: cell.state == self.state),
            (self.age, self._age_test(at)),
            (self.is_at_risk, lambda cell: cell.position.is_at_risk),
            (self.is_late, lambda cell: cell.is_late),
            (self.is_silent, lambda cell: cell.position.figure != "current"),
        ]

    def _age_test(self, at: date) -> Callable[[FilteredCell], bool]:
        if self.age not in AGES:
            return lambda cell: bool(cell.before)
        last = months_before(at, AGES[self.age])
        return lambda cell: (
            cell.position.entry is not None and cell.position.entry.as_of <= last
        )
