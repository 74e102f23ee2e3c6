"""What a page says about the days of the record."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def today_in_utc(today: date) -> str:
    """Return the sentence that explains why a day is refused."""
    return _("Today is %(day)s in UTC, which this system uses for its dates.") % {
        "day": date_format(today, "DATE_FORMAT")
    }
