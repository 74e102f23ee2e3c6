"""Filters that print an instant with its zone. Every template has them."""

from datetime import datetime

from django import template

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
