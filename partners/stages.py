"""How near a deadline is: arithmetic on instants, with no clock and no zone inside.

A day here is 24 hours before the instant that is due, so that a change of the clocks or
a reader's zone moves nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Whole days before the deadline, the nearest first.
THRESHOLDS = (1, 7, 21)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """What a person is told of at most once: its kind, and what sets it apart."""

    kind: str
    name: str


def stage_at(
    now: datetime, *, due_at: datetime, accepted_until: datetime
) -> Stage | None:
    """The one stage an open stocktake is in for a member; None while it is far.

    Only the nearest is ever told: whoever was away for a month is not told three times.
    """
    if now < due_at:
        passed = [days for days in THRESHOLDS if now >= due_at - days * _DAY]
        return Stage("due", f"due-{passed[0]}") if passed else None
    if accepted_until > due_at and accepted_until - _DAY <= now <= accepted_until:
        # Named by its end: more time has another last day.
        end = accepted_until.astimezone(UTC).isoformat(timespec="seconds")
        return Stage("last_day", f"last-day-{end}")
    return Stage("late", "late")


def is_day_before(now: datetime, opens_at: datetime) -> bool:
    """Does something open within the next 24 hours?"""
    return opens_at - _DAY <= now < opens_at


def first_told_at(due_at: datetime) -> datetime:
    """Before this instant nobody is told of a deadline."""
    return due_at - max(THRESHOLDS) * _DAY
