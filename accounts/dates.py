"""The days of the record: a UTC day for every instant (docs/rules.md, Limits)."""

from datetime import UTC, date, datetime


def utc_day(instant: datetime) -> date:
    """Return the UTC day on which an aware instant falls."""
    return instant.astimezone(UTC).date()
