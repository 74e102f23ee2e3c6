"""What is said of a stocktake before it opens, and what can be wrong with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from commitments.models import Plan
from progress import limits
from progress.models import Stocktake

# From opening to the end of grace; and how far ahead one is planned. Beyond either, a
# year was mistyped.
LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Terms:
    """Its title and its three instants."""

    title: str
    opens_at: datetime
    due_at: datetime
    grace_ends_at: datetime

    @classmethod
    def of(cls, stocktake: Stocktake) -> Self:
        return cls(
            title=stocktake.title,
            opens_at=stocktake.opens_at,
            due_at=stocktake.due_at,
            grace_ends_at=stocktake.grace_ends_at,
        )

    @property
    def dates(self) -> tuple[datetime, datetime, datetime]:
        return self.opens_at, self.due_at, self.grace_ends_at


def require_title(title: str) -> str:
    """One line of words."""
    title = title.strip()
    problem = ""
    if not title:
        problem = _("Give it a title.")
    elif not title.isprintable():
        problem = _("A title is one line of text.")
    elif len(title) > limits.STOCKTAKE_TITLE:
        problem = _("A title has at most %(most)d characters.") % {
            "most": limits.STOCKTAKE_TITLE
        }
    if problem:
        raise ValidationError({"title": [problem]}, code="title")
    return title


def require_dates(terms: Terms, *, plan: Plan, at: datetime) -> None:
    """In order, still to come, and within reason. Raises a dict of fields."""
    opens_at, due_at, grace_ends_at = terms.dates
    problems = {
        "opens_at": _first(
            (
                utc_day(opens_at) < plan.adopted_on,
                _("It cannot open before its plan was adopted."),
            ),
            (opens_at > at + FURTHEST, _("That is more than five years ahead.")),
        ),
        "due_at": _first(
            (due_at <= opens_at, _("It is due after it opens.")),
            (due_at <= at, _("It is due in the past.")),
        ),
        "grace_ends_at": _first(
            (grace_ends_at < due_at, _("Grace ends when it is due, or later.")),
            (
                grace_ends_at > opens_at + LONGEST,
                _("From opening to the end of grace it lasts a year at most."),
            ),
        ),
    }
    found = {
        field: [ValidationError(sentence, code="dates")]
        for field, sentence in problems.items()
        if sentence
    }
    if found:
        raise ValidationError(found)


def slug_from(title: str) -> str:
    """Its name in addresses, made from the title: `spring-2017`."""
    slug = slugify(title)[: limits.SLUG].strip("-")
    if not slug:
        raise ValidationError(
            {"slug": [_("Give a name for its address, in Latin letters or digits.")]},
            code="slug",
        )
    return slug


def _first(*checks: tuple[bool, str]) -> str:
    return next((sentence for is_wrong, sentence in checks if is_wrong), "")
