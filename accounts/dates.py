"""The only place that turns an instant into a day (docs/rules.md, Limits).

The record dates by UTC: `utc_day`. A page offers its reader `reader_day`. All other
code asks one of these, so that a day is never that of the machine's own time zone.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo


def utc_day(instant: datetime) -> date:
    """Return the UTC day on which an aware instant falls: the day of the record."""
    return instant.astimezone(UTC).date()


def end_of_day(day: date) -> datetime:
    """Return the last instant of a UTC day."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1, microseconds=-1)


def start_of_day(day: date, zone: str) -> datetime:
    """Return the first instant of a day of the reader's own calendar."""
    return datetime.combine(day, time.min, ZoneInfo(zone))


def local_day(instant: datetime, zone: str) -> date:
    """Return the day that the reader's calendar shows at an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def reader_day(instant: datetime, zone: str) -> date:
    """Return today as a form or a page offers it to a reader.

    It is the day of the reader's own calendar. Where UTC is still a day behind, as in
    Tokyo until 9 in the morning, it is the UTC day, because the record refuses a later
    day. It is never after either of the two.
    """
    return min(local_day(instant, zone), utc_day(instant))


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months earlier, or the last of that month."""
    month = day.year * 12 + day.month - 1 - months
    first = date(month // 12, month % 12 + 1, 1)
    last = monthrange(first.year, first.month)[1]
    return first.replace(day=min(day.day, last))


def clock(local: datetime) -> str:
    """Return the time of an instant in its own zone, with the zone: `14:05 CET`.

    Django's own format `T` leaves the zone out in the hour that the clocks show twice.
    """
    return f"{local:%H:%M %Z}"


def exact_clock(local: datetime) -> str:
    """Return the time of an instant to the second, with its zone: `14:05:00 CET`."""
    return f"{local:%H:%M:%S %Z}"


@dataclass(frozen=True)
class Today:
    """Today for one reader: as the record dates it, and as a form offers it."""

    utc: date
    offered: date

    @classmethod
    def of(cls, instant: datetime, zone: str) -> Self:
        return cls(utc=utc_day(instant), offered=reader_day(instant, zone))


def next_second(instant: datetime) -> datetime:
    """Return the first whole second at or after an instant."""
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + timedelta(seconds=1)
