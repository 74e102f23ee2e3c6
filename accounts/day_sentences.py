"""What a page says about days, instants and lengths of time, in the active language."""

from datetime import UTC, date, datetime
from typing import Final

from django.utils import timesince as timesince_of_django
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.dates import clock, exact_clock, utc_day
from accounts.languages import language_of

# Templates and modules name a day's format as English writes it. These are the formats
# of the other languages, of which Django has only some.
_FORMATS: Final = {
    "fr": {
        "j F Y": "j F Y",
        "j M Y": "j N Y",
        "j M": "j N",
        "D j M Y": "l j N Y",
        "M Y": "N Y",
    },
    "de": {
        "j F Y": "j. F Y",
        "j M Y": "j. N Y",
        "j M": "j. N",
        "D j M Y": "l, j. N Y",
        "M Y": "N Y",
    },
    "it": {"D j M Y": "l j M Y"},
    "ja": {
        "j F Y": "Y年n月j日",
        "j M Y": "Y年n月j日",
        "j M": "n月j日",
        "D j M Y": "Y年n月j日\uff08D\uff09",
        "M Y": "Y年n月",
        "F Y": "Y年n月",
    },
}
# These languages write months and weekdays with small letters; Django's words have
# capitals.
_SMALL: Final = ("fr", "it")
USUAL: Final = "j M Y"


def today_in_utc(today: date) -> str:
    """Return the sentence that explains why a day is refused."""
    return _("Today is %(day)s in UTC, which this system uses for its dates.") % {
        "day": day_as(today)
    }


def day_as(day: date, day_format: str = USUAL) -> str:
    """Return a day in a format that is given as English writes it.

    A format that no language writes in another way, such as `Y-m-d`, stays.
    """
    if day_format == "DATE_FORMAT":
        day_format = USUAL
    language = language_of(get_language() or "")
    formats = _FORMATS.get(language, {})
    text = date_format(day, formats.get(day_format, day_format))
    if day_format not in _FORMATS["ja"]:
        return text
    if _is_french():
        text = _in_french(text, day)
    return text.lower() if language in _SMALL else text


def day_of_month(day: date) -> str:
    """Return the number of a day, as in "1er au 3 mai"."""
    return "1er" if day.day == 1 and _is_french() else str(day.day)


def _is_french() -> bool:
    return language_of(get_language() or "") == "fr"


def _in_french(text: str, day: date) -> str:
    """Return a day with 1er, and with the usual short forms of two months."""
    if day.day == 1:
        text = text.replace("1 ", "1er ", 1)
    return text.replace("jan.", "janv.").replace("fév.", "févr.")


def day_text(day: date) -> str:
    """Return a day as a document prints it: 27 May 2016."""
    return day_as(day, "j F Y")


def instant_text(local: datetime, day_format: str = USUAL) -> str:
    """Return the day in this format and the time, in the instant's own zone."""
    return _with_time(day_as(local, day_format), clock(local))


def exact_instant_text(local: datetime, day_format: str) -> str:
    """Return the same, with the time to the second."""
    return _with_time(day_as(local, day_format), exact_clock(local))


def printed_instant_text(at: datetime) -> str:
    """Return an instant as a document prints it, in UTC: 27 May 2016, 14:05:00 UTC."""
    return _with_time(day_text(utc_day(at)), exact_clock(at.astimezone(UTC)))


def _with_time(day: str, time: str) -> str:
    is_japanese = language_of(get_language() or "") == "ja"
    return f"{day} {time}" if is_japanese else f"{day}, {time}"


def length_of_time(start: date, end: date | None = None, *, units: int = 2) -> str:
    """Return the time between two days or instants: `2 weeks, 3 days`.

    Without an end it ends now. Django puts a comma between the units in every language.
    """
    text = timesince_of_django.timesince(start, end, depth=units)
    is_japanese = language_of(get_language() or "") == "ja"
    return text.replace(", ", "") if is_japanese else text
