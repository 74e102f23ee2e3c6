"""What a schedule compiles, and when: the instants at which a draft is due.

Every instant is in UTC. So each of them comes exactly once, also where clocks change.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from accounts.dates import utc_day
from commitments.models import Plan
from reports.kinds import Kind, Layout
from reports.models import Schedule

# A schedule compiles reports of this kind, about a whole plan.
SCHEDULED_KIND: Kind = "stocktake"
Rhythm = Schedule.Rhythm
# What each rhythm takes. The form asks for all of these, and the others are left out.
RHYTHM_FIELDS: dict[str, frozenset[str]] = {
    Rhythm.DAILY: frozenset({"time"}),
    Rhythm.WEEKLY: frozenset({"time", "weekday"}),
    Rhythm.MONTHLY: frozenset({"time", "month_day"}),
    Rhythm.AT_CLOSE: frozenset(),
}
TIMING_FIELDS = ("plan", "rhythm", "weekday", "month_day", "time")


@dataclass(frozen=True, kw_only=True)
class ScheduleTerms:
    """What a coordinator decides about a schedule. The time is in UTC."""

    plan: Plan
    audience: str
    rhythm: str
    language: str = "en"
    layout: Layout = "full"
    weekday: int | None = None
    month_day: int | None = None
    time: dt.time | None = None

    @classmethod
    def of(cls, schedule: Schedule) -> Self:
        return cls(**{one.name: getattr(schedule, one.name) for one in fields(cls)})

    def values(self) -> dict[str, Any]:
        """Return the terms by the names of the fields of a schedule."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def has_timing_of(self, other: Self) -> bool:
        """Return whether both are due for the same reason at the same instants."""
        return all(
            getattr(self, name) == getattr(other, name) for name in TIMING_FIELDS
        )

    def next_after(self, instant: datetime) -> datetime | None:
        """Return the first time after an instant; None at the close of a stocktake."""
        if self.time is None:
            return None
        times = (
            datetime.combine(day, self.time, UTC)
            for day in self._days_from(utc_day(instant))
        )
        return next(at for at in times if at > instant)

    def last_until(self, first: datetime, instant: datetime) -> datetime:
        """Return the last time up to an instant, given an earlier one: `first`."""
        last = first
        while (following := self.next_after(last)) and following <= instant:
            last = following
        return last

    def _days_from(self, day: date) -> Iterator[date]:
        """Yield the days of the rhythm, from this day on."""
        while True:
            if self._is_on(day):
                yield day
            day += timedelta(days=1)

    def _is_on(self, day: date) -> bool:
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return self.month_day is None or day.day == self.month_day
