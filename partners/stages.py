"""How near a deadline is: arithmetic on instants, without a clock or a time zone.

A day here is 24 hours before the deadline, so that neither daylight saving time nor the
reader's time zone changes it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Whole days before the deadline, the nearest first.
THRESHOLDS = (1, 7, 21)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """A step of a deadline, of which a person is notified once. `name` is unique."""

    kind: str
    name: str


def stage_at(
    now: datetime, *, due_at: datetime, accepted_until: datetime
) -> Stage | None:
    """Return the stage an open stocktake is in for a member, or None if it is early.

    There is one stage at a time: after a month without mail, a person gets one notice
    and not three.
    """
    # The deadline itself is on time, as `Stocktake.is_past_due` has it.
    if now <= due_at:
        passed = [days for days in THRESHOLDS if now >= due_at - days * DAY]
        return Stage("due", f"due-{passed[0]}") if passed else None
    if accepted_until > due_at and accepted_until - DAY <= now <= accepted_until:
        # Named by its end, because an extension has another last day.
        end = accepted_until.astimezone(UTC).isoformat(timespec="seconds")
        return Stage("last_day", f"last-day-{end}")
    return Stage("late", "late")


def is_day_before(now: datetime, opens_at: datetime) -> bool:
    """Return whether the opening is within the next 24 hours."""
    return opens_at - DAY <= now < opens_at


def first_notice_at(due_at: datetime) -> datetime:
    """Return the instant of the first notice of a deadline."""
    return due_at - max(THRESHOLDS) * DAY
