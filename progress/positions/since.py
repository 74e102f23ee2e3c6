"""Since when: a day, a stocktake or a summit that changes are counted from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.compiled_queries import CompiledOnce
from accounts.dates import end_of_day, next_second, utc_day
from accounts.day_sentences import day_as
from accounts.wording.names import in_language
from commitments.models import Plan, Summit
from progress.models import Stocktake
from progress.positions.changes import Comparison


@dataclass(frozen=True)
class StartingPoint:
    """A moment with its name, and the clocks that positions are compared with."""

    # As an address names it: a day, or the slug of a stocktake or a summit.
    value: str
    # It completes “since …”.
    title: str
    comparison: Comparison

    @classmethod
    def day(cls, day: date, *, now: datetime) -> Self:
        """Return the end of a UTC day.

        Raises ValidationError if that day has not come yet.
        """
        if day > utc_day(now):
            raise ValidationError(
                _("This day has not come yet. Choose today or an earlier day."),
                code="future",
            )
        title = pgettext("a day after “since”", "%(day)s") % {"day": day_as(day)}
        comparison = Comparison(day, min(end_of_day(day), now))
        return cls(day.isoformat(), title, comparison)

    @classmethod
    def summit(cls, slug: str, name: str, ended_on: date) -> Self:
        """Return the end of a summit's last day."""
        title = pgettext("a summit after “since”", "%(name)s") % {
            "name": in_language(name)
        }
        return cls(slug, title, Comparison(ended_on, end_of_day(ended_on)))

    @classmethod
    def stocktake(cls, stocktake: Stocktake) -> Self:
        """Return the close of a stocktake, or its opening while it is open.

        Raises ValueError if it has not opened.
        """
        titles = {"stocktake": stocktake.title}
        if stocktake.closed_at is not None:
            title = _("the close of %(stocktake)s") % titles
            closed = Comparison.with_close_of(stocktake)
            return cls(stocktake.slug, title, closed)
        opened_at = stocktake.opened_at
        if opened_at is None:
            raise ValueError(f"{stocktake} has not opened")
        title = _("the opening of %(stocktake)s") % titles
        opening = Comparison(utc_day(opened_at), next_second(opened_at), stocktake)
        return cls(stocktake.slug, title, opening)


def starting_points(plan: Plan, *, now: datetime) -> list[StartingPoint]:
    """Return the plan's stocktakes and the summits since its adoption. Two queries.

    The newest comes first.
    """
    found = [StartingPoint.stocktake(one) for one in _stocktakes(plan=plan.pk, at=now)]
    found += [
        StartingPoint.summit(slug, f"{name} {year}", ended_on)
        for slug, name, year, ended_on in _summits(
            after=plan.adopted_on, before=utc_day(now)
        )
    ]
    return sorted(found, key=lambda one: one.comparison.known_at, reverse=True)


def read_since(
    text: str, points: Sequence[StartingPoint], plan: Plan, *, now: datetime
) -> StartingPoint:
    """Return what an address asks for. Without it: the last close or summit.

    Raises ValidationError if it is no day, no stocktake and no summit.
    """
    if not text:
        return default_since(points, plan, now=now)
    named = next((point for point in points if point.value == text), None)
    if named is not None:
        return named
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValidationError(
            _("Choose from the list, or write the day as year-month-day: 2017-05-25."),
            code="unknown",
        ) from None
    return StartingPoint.day(day, now=now)


def default_since(
    points: Sequence[StartingPoint], plan: Plan, *, now: datetime
) -> StartingPoint:
    """Return the newest close of a stocktake, or the newest point, or the adoption."""
    closes = [one for one in points if _is_close(one)]
    found = next(iter([*closes, *points]), None)
    return found or StartingPoint.day(min(plan.adopted_on, utc_day(now)), now=now)


def _is_close(since: StartingPoint) -> bool:
    stocktake = since.comparison.stocktake
    return stocktake is not None and stocktake.closed_at is not None


@CompiledOnce
def _stocktakes(*, plan: int, at: datetime) -> QuerySet[Stocktake]:
    return Stocktake.objects.in_hand_at(at).filter(plan=plan)


@CompiledOnce
def _summits(*, after: date, before: date) -> QuerySet[Summit, Any]:
    ended = Summit.objects.filter(ends_on__gt=after, ends_on__lt=before)
    return ended.order_by("-ends_on", "-pk").values_list(
        "slug", "name", "year", "ends_on"
    )
