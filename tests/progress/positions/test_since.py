"""Tests of what changes are counted from: a day, a stocktake or a summit."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.dates import end_of_day, next_second, utc_day
from commitments.models import Summit
from progress.positions.since import (
    StartingPoint,
    default_since,
    read_since,
    starting_points,
)


@pytest.fixture
def evian(plan):
    return Summit.objects.create(
        slug="evian-2026", name="Évian", year=2026, host_id="FR",
        starts_on=plan.adopted_on + timedelta(20),
        ends_on=plan.adopted_on + timedelta(22),
    )  # fmt: skip


def test_the_points_are_stocktakes_and_summits_since_the_adoption(
    plan, stocktake, evian, now
):
    points = starting_points(plan, now=now)
    assert [point.value for point in points] == [stocktake.slug, "evian-2026"]
    opening, summit = points
    assert opening.title == f"the opening of {stocktake.title}"
    assert opening.comparison.known_at == next_second(stocktake.opened_at)
    assert summit.title == "Évian 2026"
    assert summit.comparison.at == evian.ends_on
    assert summit.comparison.known_at == end_of_day(evian.ends_on)


def test_an_address_names_a_day_a_stocktake_or_a_summit(plan, stocktake, evian, now):
    points = starting_points(plan, now=now)
    assert read_since("evian-2026", points, plan, now=now) == points[1]
    day = utc_day(now) - timedelta(10)
    asked = read_since(day.isoformat(), points, plan, now=now)
    assert (asked.comparison.at, asked.comparison.known_at) == (day, end_of_day(day))
    today = read_since(utc_day(now).isoformat(), points, plan, now=now)
    assert today.comparison.known_at == now


@pytest.mark.parametrize("text", ["2999-01-01", "no-such-thing", "2026-13-01", "\0"])
def test_what_is_neither_is_refused(plan, now, text):
    with pytest.raises(ValidationError):
        read_since(text, [], plan, now=now)


def test_without_a_choice_it_is_the_last_close_or_else_the_adoption(
    plan, stocktake, evian, now
):
    assert default_since([], plan, now=now).comparison.at == plan.adopted_on
    points = starting_points(plan, now=now)
    assert default_since(points, plan, now=now).value == stocktake.slug
    closed = replace_close(stocktake, at=now)
    assert closed.title == f"the close of {stocktake.title}"


def replace_close(stocktake, at):
    stocktake.closed_at = at
    return StartingPoint.stocktake(stocktake)
