"""Tests of the instants at which a schedule is due. All are in UTC."""

from datetime import UTC, datetime, time
from itertools import pairwise

import pytest

from commitments.models import Plan
from reports.schedules.terms import ScheduleTerms

SIX = time(6)


def terms(rhythm="daily", **values):
    return ScheduleTerms(plan=Plan(pk=1), audience="green", rhythm=rhythm, **values)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "values", "after", "expected"),
    [
        ("daily", {}, "2017-03-01 05:59:59", "2017-03-01 06:00"),
        ("daily", {}, "2017-03-01 06:00", "2017-03-02 06:00"),
        ("daily", {}, "2016-12-31 07:00", "2017-01-01 06:00"),
        # Wednesday 1 March 2017; Monday is 0.
        ("weekly", {"weekday": 2}, "2017-03-01 05:00", "2017-03-01 06:00"),
        ("weekly", {"weekday": 2}, "2017-03-01 06:00", "2017-03-08 06:00"),
        ("weekly", {"weekday": 1}, "2017-03-01 05:00", "2017-03-07 06:00"),
        ("monthly", {"month_day": 28}, "2017-02-01 00:00", "2017-02-28 06:00"),
        ("monthly", {"month_day": 1}, "2017-12-01 06:00", "2018-01-01 06:00"),
    ],
)
def test_the_next_time_is_after_the_instant(rhythm, values, after, expected):
    assert terms(rhythm, time=SIX, **values).next_after(at(after)) == at(expected)


def test_the_close_of_a_stocktake_has_no_set_time():
    assert terms("at_close").next_after(at("2017-03-01 05:00")) is None


def test_of_many_missed_times_the_last_counts():
    daily = terms(time=SIX)
    first = at("2017-03-01 06:00")
    assert daily.last_until(first, at("2017-03-08 05:59")) == at("2017-03-07 06:00")
    assert daily.last_until(first, at("2017-03-08 06:00")) == at("2017-03-08 06:00")
    assert daily.last_until(first, first) == first


def test_a_time_comes_once_a_day_where_clocks_change():
    """Clocks in Rome went forward on 26 March 2017, and back on 29 October."""
    for start in ("2017-03-25 00:00", "2017-10-28 00:00"):
        due, found = at(start), []
        for _day in range(3):
            due = terms(time=time(1, 30)).next_after(due)
            found.append(due)
        assert {(later - due).total_seconds() for due, later in pairwise(found)} == {
            24 * 3600
        }


def test_the_same_times_are_told_from_others():
    first = terms(time=SIX)
    assert first.has_timing_of(terms(time=SIX, language="fr", layout="compact"))
    assert not first.has_timing_of(terms(time=time(7)))
    assert not first.has_timing_of(terms("at_close"))
