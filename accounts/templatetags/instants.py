"""Filters that print an instant with its zone. Every template has them."""

from datetime import datetime

from django import template
from django.utils.formats import date_format

from accounts.dates import clock as clock_of
from accounts.dates import exact_clock as exact_clock_of

register = template.Library()


@register.filter(expects_localtime=True)
def clock(at: datetime | None) -> str:
    """Return the time with its zone, `14:05 CET`; nothing where there is no instant."""
    return clock_of(at) if at else ""


@register.filter(expects_localtime=True)
def exact_clock(at: datetime) -> str:
    """Return the time to the second with its zone: `14:05:00 CET`."""
    return exact_clock_of(at)


@register.filter(expects_localtime=True)
def instant(at: datetime | None, day_format: str) -> str:
    """Return the day in this format and the time with its zone."""
    return f"{date_format(at, day_format)}, {clock_of(at)}" if at else ""
