"""Dates and instants as a snapshot has them: for machines, and for the reader."""

from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.day_sentences import day_as, day_of_month, day_text, printed_instant_text
from reports.snapshot_schema import Moment


def day(value: date) -> Moment:
    return {"iso": value.isoformat(), "text": day_text(value)}


def iso(at: datetime) -> str:
    """Return an instant as the API writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(at: datetime) -> Moment:
    return {"iso": iso(at), "text": printed_instant_text(at)}


def dates(first: date | None, last: date | None) -> str:
    """Return the days of a meeting; empty if they are not known."""
    if first is None or last is None:
        return ""
    if first == last:
        return day_text(first)
    if (first.year, first.month) != (last.year, last.month):
        return _("%(first)s to %(last)s") % {
            "first": day_text(first),
            "last": day_text(last),
        }
    return pgettext("days of one month", "%(first)s to %(last)s %(month)s") % {
        "first": day_of_month(first),
        "last": day_of_month(last),
        "month": day_as(last, "F Y"),
    }
