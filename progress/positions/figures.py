"""Counts of positions by status. Plain Python; the parts always add up.

Every member commitment counts as exactly one part: its status if its entry belongs to
the stocktake in question, "no update" if the entry is older, "not reported" if there is
no entry. That is the count "in this stocktake".

The count "in all" takes the last known status of every position, also without an
update. "At risk" is counted both ways, beside the parts.

The vocabulary is that of `progress.models.Status`, repeated here as literals, which
type checkers need. `tests/progress/models/test_choices.py` holds the two equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Status = Literal[
    "not_started", "limited", "substantial", "implemented", "not_applicable"
]
Figure = Literal["current", "no_update", "not_reported"]
Part = Literal[
    "not_started",
    "limited",
    "substantial",
    "implemented",
    "not_applicable",
    "no_update",
    "not_reported",
]

STATUSES: Final[tuple[Status, ...]] = (
    "not_started",
    "limited",
    "substantial",
    "implemented",
    "not_applicable",
)
PARTS: Final[tuple[Part, ...]] = (*STATUSES, "no_update", "not_reported")


class Counted(Protocol):
    """What a position must have to be counted."""

    @property
    def part(self) -> Part: ...
    @property
    def status(self) -> Status | Literal[""]:
        """The last known status, of this stocktake or before; empty without one."""

    @property
    def is_at_risk(self) -> bool: ...


@dataclass(frozen=True)
class Figures:
    """The count of each part, zeros too, in the order of `PARTS`."""

    parts: dict[Part, int]
    # By last known status, of this stocktake or before, in the order of `STATUSES`.
    in_all: dict[Status, int]
    # Marked as at risk in this stocktake, and in this one or before.
    at_risk: int = 0
    at_risk_in_all: int = 0

    @property
    def cells(self) -> int:
        """All positions: the sum of the parts."""
        return sum(self.parts.values())

    @property
    def current(self) -> int:
        """Those with an entry of this stocktake."""
        return sum(self.parts[status] for status in STATUSES)

    @property
    def reported(self) -> int:
        """Those with an entry of this stocktake or an earlier one."""
        return self.cells - self.parts["not_reported"]


def figure_of(*, is_reported: bool, is_current: bool) -> Figure:
    """Return whether a position is current, without update or not reported."""
    if not is_reported:
        return "not_reported"
    return "current" if is_current else "no_update"


def count(positions: Iterable[Counted]) -> Figures:
    """Count positions by part, and by last known status."""
    parts: dict[Part, int] = dict.fromkeys(PARTS, 0)
    in_all: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    at_risk = at_risk_in_all = 0
    for position in positions:
        parts[position.part] += 1
        if position.status:
            in_all[position.status] += 1
        at_risk += position.is_at_risk and position.part in STATUSES
        at_risk_in_all += position.is_at_risk
    return Figures(parts, in_all, at_risk, at_risk_in_all)
