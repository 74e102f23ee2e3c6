"""Tests of the day or hour that a digest is for, at its limits."""

from datetime import UTC, datetime, timedelta

import pytest

from partners.periods import day_of, hour_of

SECOND = timedelta(seconds=1)
# 7 in the morning of 1 March in Tokyo, where it is still February in UTC.
TOKYO_MORNING = datetime(2027, 2, 28, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (TOKYO_MORNING - SECOND, None),
        (TOKYO_MORNING, "day-2027-03-01"),
        (TOKYO_MORNING + timedelta(hours=17) - SECOND, "day-2027-03-01"),
        (TOKYO_MORNING + timedelta(hours=17), None),
    ],
)
def test_a_day_begins_at_seven_in_the_persons_own_time_zone(now, expected):
    assert day_of(now, "Asia/Tokyo") == expected


def test_an_hour_is_named_in_utc(machine_in_tokyo):
    now = datetime.fromisoformat("2027-03-01T00:30:00+09:00")
    assert hour_of(now, None) == "hour-2027-02-28T15"


def test_between_two_mails_is_a_whole_hour():
    now = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
    assert hour_of(now, now - timedelta(hours=1) + SECOND) is None
    assert hour_of(now, now - timedelta(hours=1)) == "hour-2027-03-01T12"
