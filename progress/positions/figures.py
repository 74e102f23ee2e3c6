"""How many positions there are of each kind. Plain Python: the parts always add up.

Every member commitment is exactly one part: its status where its entry belongs to the
stocktake in hand, else "no update" where there is an older entry, else "not reported".
At risk is counted beside the parts, among current positions alone.
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
    """What a position tells about itself to be counted."""

    @property
    def part(self) -> Part: ...
    @property
    def is_at_risk(self) -> bool: ...


@dataclass(frozen=True)
class Figures:
    """Counts of each part, zero too, in the order of `PARTS`."""

    parts: dict[Part, int]
    at_risk: int = 0

    @property
    def cells(self) -> int:
        return sum(self.parts.values())

    @property
    def current(self) -> int:
        return sum(self.parts[status] for status in STATUSES)

    @property
    def reported(self) -> int:
        """Those with an entry at all, of this stocktake or before."""
        return self.cells - self.parts["not_reported"]


def figure_of(*, is_reported: bool, is_current: bool) -> Figure:
    """Does it count by its status, or as one of the two ways of having none?"""
    if not is_reported:
        return "not_reported"
    return "current" if is_current else "no_update"


def count(positions: Iterable[Counted]) -> Figures:
    parts: dict[Part, int] = dict.fromkeys(PARTS, 0)
    at_risk = 0
    for position in positions:
        parts[position.part] += 1
        at_risk += position.is_at_risk and position.part in STATUSES
    return Figures(parts, at_risk)
