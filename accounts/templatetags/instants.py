"""What every template has: days, lengths of time and lists in the active language.

Three of the filters replace filters of Django.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from django import template
from django.template.defaultfilters import date as date_of_django
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.day_sentences import (
    day_as,
    exact_instant_text,
    instant_text,
    length_of_time,
)
from accounts.languages import language_of
from accounts.wording.listed import listed, percent_text

register = template.Library()


@register.filter("date", expects_localtime=True)
def day(value: object, day_format: str | None = None) -> str:
    """Return a day in a format that is given as English writes it: `j F Y`."""
    if isinstance(value, date):
        return day_as(value, day_format or "DATE_FORMAT")
    return str(date_of_django(value, day_format))  # type: ignore[arg-type]


@register.filter(expects_localtime=True)
def instant(at: datetime | None, day_format: str) -> str:
    """Return the day in this format and the time with its zone: `14:05 CET`."""
    return instant_text(at, day_format) if at else ""


@register.filter(expects_localtime=True)
def exact_instant(at: datetime, day_format: str) -> str:
    """Return the same, with the time to the second: `14:05:00 CET`."""
    return exact_instant_text(at, day_format)


@register.filter(expects_localtime=True)
def instant_element(at: datetime, day_format: str = "DATE_FORMAT") -> SafeString:
    """Return the day and the time as an element, for a translated sentence."""
    return format_html(
        '<time datetime="{}">{}</time>', at.isoformat(), instant_text(at, day_format)
    )


@register.filter(expects_localtime=True)
def both_zones(at: datetime) -> SafeString:
    """Return the same, and the instant in UTC where the reader's zone is another."""
    here = instant_element(at)
    if timezone.get_current_timezone_name() == "UTC":
        return here
    in_utc = instant_text(at.astimezone(UTC), "j M")
    return format_html('{} <span class="muted no-wrap">({})</span>', here, in_utc)


@register.filter
def utc_day_element(at: datetime) -> SafeString:
    """Return the UTC day as an element, with the time where it is not midnight."""
    in_utc = at.astimezone(UTC)
    is_midnight = in_utc.time() == time.min
    text = day_as(in_utc) if is_midnight else instant_text(in_utc)
    return format_html('<time datetime="{}">{}</time>', in_utc.isoformat(), text)


@register.filter
def timesince(start: date | None) -> str:
    """Return how long ago an instant was: `2 weeks, 3 days`."""
    return length_of_time(start) if start else ""


@register.filter
def timeuntil(end: date | None) -> str:
    """Return how long it is until an instant."""
    return length_of_time(datetime.now(UTC), end) if end else ""


@register.filter("listed")
def in_a_list(parts: Iterable[object]) -> str:
    """Return several things with the commas of the language between them."""
    return listed(parts)


@register.filter
def percent(number: int) -> str:
    """Return a number of percent as the language writes it: `62%`."""
    return percent_text(number)


@register.simple_tag
def official_language() -> SafeString:
    """Return the attribute `lang` of an official text, which is always in English."""
    is_english = language_of(get_language() or "") == "en"
    return SafeString("" if is_english else ' lang="en"')
