"""Which day or hour a digest is for: a person gets one mail a period."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# In the person's own zone: what the night brought lies there when they come in. What
# comes first on a day comes at once, for a deadline may be nearer than a morning.
MORNING = 7
# Between two mails of one person who wants to know soon.
PAUSE = timedelta(hours=1)


def day_of(now: datetime, zone: str) -> str | None:
    """The person's day, once its morning has come; None before."""
    here = now.astimezone(ZoneInfo(zone))
    return f"day-{here.date().isoformat()}" if here.hour >= MORNING else None


def hour_of(now: datetime, last_at: datetime | None) -> str | None:
    """The hour, unless the person's last mail is less than an hour old."""
    if last_at is not None and now - last_at < PAUSE:
        return None
    return f"hour-{now.astimezone(UTC):%Y-%m-%dT%H}"
