"""Tests of time zones: those a person can choose, and a delegation's usual one."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import time_zones
from accounts.dates import utc_day
from accounts.templatetags.instants import both_zones, utc_day_element
from accounts.time_zones import (
    CAPITALS,
    known_time_zones,
    time_zone_choices,
    usual_time_zone,
)


@pytest.mark.parametrize("member", CAPITALS)
def test_a_delegation_usually_sits_in_its_capital(member):
    assert usual_time_zone(member) == CAPITALS[member]


@pytest.mark.parametrize("member", [None, "", "ZZ"])
def test_without_a_capital_the_time_zone_is_utc(member):
    assert usual_time_zone(member) == "UTC"


def test_a_capital_that_the_database_does_not_know_falls_back_to_utc(monkeypatch):
    monkeypatch.setitem(CAPITALS, "JP", "Asia/Edo")
    assert usual_time_zone("JP") == "UTC"


def test_known_are_utc_and_the_places_of_a_region_sorted_by_name(monkeypatch):
    names = {"UTC", "Europe/Rome", "Etc/GMT+1", "Asia/Tokyo", "Japan", "EST"}
    monkeypatch.setattr("zoneinfo.available_timezones", lambda: names)
    known_time_zones.cache_clear()
    try:
        assert known_time_zones() == ("UTC", "Asia/Tokyo", "Europe/Rome")
    finally:
        known_time_zones.cache_clear()


def test_choices_are_utc_and_the_places_of_each_region(monkeypatch):
    names = (
        "UTC", "America/Argentina/Buenos_Aires", "America/New_York", "Asia/Tokyo",
    )  # fmt: skip
    monkeypatch.setattr(time_zones, "known_time_zones", lambda: names)
    assert time_zone_choices() == [
        ("UTC", "UTC"),
        (
            "America",
            [
                ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires"),
                ("America/New_York", "New York"),
            ],
        ),
        ("Asia", [("Asia/Tokyo", "Tokyo")]),
    ]


def test_the_day_of_an_instant_is_its_day_in_utc(machine_in_tokyo):
    in_tokyo = datetime(2027, 3, 1, 8, 59, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert utc_day(in_tokyo) == date(2027, 2, 28)
    assert utc_day(datetime(2027, 2, 28, tzinfo=UTC)) == date(2027, 2, 28)


def test_an_instant_is_given_in_utc_too_where_the_zone_is_another():
    at = datetime(2027, 2, 28, 23, 30, tzinfo=UTC)
    with timezone.override("UTC"):
        assert both_zones(at).count("UTC") == 1
    with timezone.override("Asia/Tokyo"):
        shown = both_zones(timezone.localtime(at))
    assert "1 Mar 2027, 08:30 JST</time>" in shown
    assert "(28 Feb, 23:30 UTC)" in shown


def test_a_day_in_utc_has_its_time_only_where_it_is_not_midnight(machine_in_tokyo):
    midnight = datetime(2027, 1, 1, tzinfo=UTC)
    assert ">1 Jan 2027</time>" in utc_day_element(midnight)
    later = midnight.replace(hour=12).astimezone(ZoneInfo("Asia/Tokyo"))
    assert ">1 Jan 2027, 12:00 UTC</time>" in utc_day_element(later)
