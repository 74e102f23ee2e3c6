"""A slow second implementation of rule 3: from its text alone, and without SQL."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Said:
    """One published entry, as plain data."""

    as_of: date
    published_at: datetime
    handling: str
    kind: str = "update"
    supersedes: UUID | None = None
    # Its place in the ledger: the last key, where day and instant are the same.
    sequence: int = 0
    stocktake: UUID | None = None
    pk: UUID = field(default_factory=uuid4)

    @property
    def rank(self):
        return self.as_of, self.published_at, self.sequence


@dataclass(frozen=True)
class Opened:
    """A stocktake that has opened, as plain data."""

    pk: UUID
    opened_at: datetime


def position_by_rule_3(
    said: list[Said], labels: set[str], at: date, known_at: datetime
) -> Said | None:
    """Return the position for a reader of these handling labels."""
    return position_seen(said, lambda one: one.handling in labels, at, known_at)


def position_seen(
    said: Iterable[Said],
    sees: Callable[[Said], bool],
    at: date,
    known_at: datetime,
) -> Said | None:
    """The rule's own four steps, (a) to (d), in its own order."""
    known = [one for one in said if one.published_at <= known_at]
    gone = {one.supersedes for one in known}
    left = [one for one in known if one.pk not in gone]
    seen = [one for one in left if one.kind != "withdrawal" and sees(one)]
    candidates = [one for one in seen if one.as_of <= at]
    return max(candidates, key=lambda one: one.rank, default=None)


def clocks_of(
    at: date | None, known_at: datetime | None, now: datetime
) -> tuple[date, datetime]:
    """Return both clocks, of which one alone moves the other, and none means now."""
    if at is None:
        at = (known_at or now).astimezone(UTC).date()
    return at, known_at or end_of(at, now)


def end_of(day: date, now: datetime) -> datetime:
    """Return the end of a UTC day, or now if the day has not ended."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, UTC)
    return min(midnight - datetime.resolution, now)


def in_hand_by_rule_3(
    opened: Iterable[Opened], day: date, now: datetime
) -> UUID | None:
    """Return the stocktake in hand on a day: the last one opened by its end."""
    by_then = [one for one in opened if one.opened_at <= end_of(day, now)]
    last = max(by_then, key=lambda one: one.opened_at, default=None)
    return last.pk if last else None


def is_current_by_rule_3(shown: Said, in_hand: UUID | None) -> bool:
    """Return whether a position belongs to the stocktake in hand, or none is."""
    return in_hand is None or shown.stocktake == in_hand


def shows_again_by_rule_3(
    said: list[Said], labels: set[str], at: date, known_at: datetime, shown: Said
) -> bool:
    """Return whether a later entry was withdrawn, if the reader may know of it."""
    seen = {one.pk: one for one in said if one.handling in labels}
    withdrawals = [
        one
        for one in seen.values()
        if one.kind == "withdrawal"
        and shown.published_at < one.published_at <= known_at
    ]
    withdrawn = [seen[one.supersedes] for one in withdrawals if one.supersedes in seen]
    return any(one.as_of <= at and one.rank > shown.rank for one in withdrawn)
