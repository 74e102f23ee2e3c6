"""Counts of positions by status. Plain Python; the parts always add up.

Every member commitment counts as exactly one part: its status if its entry belongs to
the stocktake in question, "no update" if the entry is older, "not reported" if there is
no entry. That is the count "in this stocktake".

The count "in all" takes the last known status of every position, also without an
update. "At risk" is counted both ways, beside the parts.

Where positions are compared with earlier ones, each also counts as one change, and as
one status of before. `progress.positions.changes` says what they are compared with.

The vocabulary is that of `progress.models.Status`, repeated here as literals, which
type checkers need. `tests/progress/models/test_choices.py` holds the two equal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, Protocol

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
# The four steps of the scale, from the least done to the most done.
SCALE: Final[tuple[Status, ...]] = STATUSES[:4]
# From the most done to the least known, as bars and legends show them.
ORDER: Final[tuple[Part, ...]] = (*reversed(SCALE), *PARTS[len(SCALE) :])

# How a position has changed since an earlier day.
Change = Literal["up", "down", "same", "other", "new", "gone"]
CHANGES: Final[tuple[Change, ...]] = ("up", "down", "same", "other", "new", "gone")
# What a position was on that day: a status, or nothing that the reader may see.
Before = Status | Literal["not_reported"]
BEFORE: Final[tuple[Before, ...]] = (*STATUSES, "not_reported")


class Counted(Protocol):
    """What a position must have to be counted."""

    @property
    def part(self) -> Part: ...
    @property
    def status(self) -> Status | Literal[""]:
        """The last known status, of this stocktake or before; empty without one."""

    @property
    def is_at_risk(self) -> bool: ...
    @property
    def is_overdue(self) -> bool: ...
    @property
    def before(self) -> Status | Literal[""] | None:
        """The status that it is compared with; empty without one."""


@dataclass(frozen=True)
class Figures:
    """The count of each part, zeros too, in the order of `PARTS`."""

    parts: dict[Part, int]
    # By last known status, of this stocktake or before, in the order of `STATUSES`.
    in_all: dict[Status, int]
    # Marked as at risk in this stocktake, and in this one or before.
    at_risk: int = 0
    at_risk_in_all: int = 0
    # Past their target date.
    overdue: int = 0
    # Zeros too. Empty where positions are not compared.
    changes: dict[Change, int] = field(default_factory=dict)
    before: dict[Before, int] = field(default_factory=dict)

    @property
    def last_known(self) -> dict[Part, int]:
        """By last known status, also without an update: the parts without "no update".

        They add up to all positions too.
        """
        known: dict[Part, int] = dict.fromkeys(PARTS, 0)
        known |= {status: self.in_all[status] for status in STATUSES}
        known["not_reported"] = self.parts["not_reported"]
        return known

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


def change_of(
    before: Status | Literal[""], now: Status | Literal[""]
) -> Change | Literal[""]:
    """Return how a position has changed; empty where there was nothing and is nothing.

    "Not applicable" is outside the scale, so a step to or from it is no progress.
    """
    if before == now:
        return "same" if now else ""
    if not before or not now:
        return "new" if now else "gone"
    if before not in SCALE or now not in SCALE:
        return "other"
    return "up" if SCALE.index(now) > SCALE.index(before) else "down"


def is_past_target(
    target_on: date | None, status: Status | Literal[""], *, at: date
) -> bool:
    """Return whether a target date has passed, and there is still something to do."""
    is_done = status in {"implemented", "not_applicable"}
    return target_on is not None and target_on < at and not is_done


def count(positions: Iterable[Counted], *, is_compared: bool = False) -> Figures:
    """Count positions by part, by last known status and, if compared, by change."""
    parts: dict[Part, int] = dict.fromkeys(PARTS, 0)
    in_all: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    changes: dict[Change, int] = dict.fromkeys(CHANGES if is_compared else (), 0)
    before: dict[Before, int] = dict.fromkeys(BEFORE if is_compared else (), 0)
    at_risk = at_risk_in_all = overdue = 0
    for position in positions:
        parts[position.part] += 1
        if position.status:
            in_all[position.status] += 1
        at_risk += position.is_at_risk and position.part in STATUSES
        at_risk_in_all += position.is_at_risk
        overdue += position.is_overdue
        if is_compared:
            then = position.before or ""
            before[then or "not_reported"] += 1
            if change := change_of(then, position.status):
                changes[change] += 1
    return Figures(parts, in_all, at_risk, at_risk_in_all, overdue, changes, before)


class TimeInForce(NamedTuple):
    """From when an entry was in force, and until when; None if it still is."""

    start: datetime
    end: datetime | None

    def has(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


class Arrival(NamedTuple):
    """When the entries of one member commitment in a stocktake were in force."""

    published: Sequence[TimeInForce]
    # Since when its reviewer has had an update, if it is still there or published.
    received_at: datetime | None = None


class Reached(NamedTuple):
    """How many member commitments had reached what by an instant."""

    published: int
    # Received and not published.
    submitted: int


def count_reached(
    arrivals: Iterable[Arrival], instants: Iterable[datetime]
) -> list[Reached]:
    """Return for each instant how many were published, and how many only received."""
    known = list(arrivals)
    return [_reached(known, instant) for instant in instants]


def _reached(arrivals: Sequence[Arrival], instant: datetime) -> Reached:
    published = submitted = 0
    for arrival in arrivals:
        if any(stretch.has(instant) for stretch in arrival.published):
            published += 1
        elif arrival.received_at is not None and arrival.received_at <= instant:
            submitted += 1
    return Reached(published, submitted)
