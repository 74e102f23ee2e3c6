"""What a page says about days and instants."""

from datetime import UTC, date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.dates import clock, exact_clock, utc_day


def today_in_utc(today: date) -> str:
    """Return the sentence that explains why a day is refused."""
    return _("Today is %(day)s in UTC, which this system uses for its dates.") % {
        "day": date_format(today, "DATE_FORMAT")
    }


def day_text(day: date) -> str:
    """Return a day as a document prints it: 27 May 2016.

    French writes the first day of a month in another way: 1er mai 2016.
    """
    if day.day == 1:
        return date_format(day, pgettext("format of the first of a month", "j F Y"))
    return date_format(day, pgettext("format of a day", "j F Y"))


def instant_text(local: datetime, day_format: str = "DATE_FORMAT") -> str:
    """Return the day in this format and the time, in the instant's own zone."""
    return f"{date_format(local, day_format)}, {clock(local)}"


def exact_instant_text(local: datetime, day_format: str) -> str:
    """Return the same, with the time to the second."""
    return f"{date_format(local, day_format)}, {exact_clock(local)}"


def printed_instant_text(at: datetime) -> str:
    """Return an instant as a document prints it, in UTC: 27 May 2016, 14:05:00 UTC."""
    return f"{day_text(utc_day(at))}, {exact_clock(at.astimezone(UTC))}"
