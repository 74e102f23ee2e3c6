"""How long ago something was, in a word or two."""

from datetime import date

from django.utils.timesince import timesince
from django.utils.translation import gettext as _


def age_of(day: date, *, at: date) -> str:
    """The time from one day to another in its largest unit: `3 weeks`, `8 months`."""
    if day >= at:
        return _("today")
    return timesince(day, at, depth=1)
