"""The title and the dates of a stocktake, and the rules for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.typed.text import clean_line, cleaned_or_problem
from commitments.models import Plan
from progress import limits
from progress.models import Stocktake

# The longest time from opening to the end of grace, and the furthest opening. Anything
# beyond is probably a mistyped year.
LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Terms:
    """The title and the three instants of a stocktake."""

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
    """Return the title as it is stored.

    Raises ValidationError: a dict of `title`.
    """
    title, problem = cleaned_or_problem(clean_line, title, limit=limits.STOCKTAKE_TITLE)
    if problem or not title:
        raise ValidationError({"title": [problem or _("Enter a title.")]}, code="title")
    return title


def require_dates(terms: Terms, *, plan: Plan, at: datetime) -> None:
    """Refuse dates that are out of order, past or too far ahead.

    Raises ValidationError: a dict of fields.
    """
    opens_at, due_at, grace_ends_at = terms.dates
    problems = {
        "opens_at": _first(
            (
                utc_day(opens_at) < plan.adopted_on,
                _("The opening cannot be before the plan was adopted."),
            ),
            (opens_at > at + FURTHEST, _("The opening must be within five years.")),
        ),
        "due_at": _first(
            (due_at <= opens_at, _("The deadline must be after the opening.")),
            (due_at <= at, _("The deadline must be in the future.")),
        ),
        "grace_ends_at": _first(
            (grace_ends_at < due_at, _("Grace cannot end before the deadline.")),
            (
                grace_ends_at > opens_at + LONGEST,
                _("Grace must end within a year of the opening."),
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
    """Return a name for addresses, made from the title: `spring-2017`.

    Raises ValidationError: a dict of `slug`.
    """
    slug = slugify(title)[: limits.SLUG].strip("-")
    if not slug:
        raise ValidationError(
            {"slug": [_("Enter a name for the address, in Latin letters or digits.")]},
            code="slug",
        )
    return slug


def _first(*checks: tuple[bool, str]) -> str:
    """Return the sentence of the first check that fails."""
    return next((sentence for is_wrong, sentence in checks if is_wrong), "")
