"""The day or hour a digest is for: a person gets one mail a period."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.dates import local_day

# In the person's own time zone. The notices of the night are in one mail in the
# morning. The day's first notice after that is mailed at once: a deadline may be near.
MORNING = 7
# Between two mails to a person who wants mails soon.
PAUSE = timedelta(hours=1)


def day_of(now: datetime, zone: str) -> str | None:
    """Return the person's day, or None before 7 in the morning there."""
    here = now.astimezone(ZoneInfo(zone))
    return f"day-{local_day(now, zone).isoformat()}" if here.hour >= MORNING else None


def hour_of(now: datetime, last_at: datetime | None) -> str | None:
    """Return the hour, or None if the person's last mail is less than an hour old."""
    if last_at is not None and now - last_at < PAUSE:
        return None
    return f"hour-{now.astimezone(UTC):%Y-%m-%dT%H}"
