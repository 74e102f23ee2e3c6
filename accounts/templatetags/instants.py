"""Filters that print an instant with its zone. Every template has them."""

from datetime import UTC, datetime, time

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.day_sentences import exact_instant_text, instant_text

register = template.Library()


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
    text = date_format(in_utc, "DATE_FORMAT") if is_midnight else instant_text(in_utc)
    return format_html('<time datetime="{}">{}</time>', in_utc.isoformat(), text)
