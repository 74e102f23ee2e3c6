"""Only `accounts/dates.py` turns an instant into a day, and a time names its zone."""

import ast
import re
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from accounts.dates import Today, local_day, reader_day, utc_day
from accounts.time_zones import known_time_zones
from progress.actions.carry_forward import carry_forward
from progress.models import State
from tests.factories import make_entry, member_commitment_of
from tests.progress.editing import new_url, typed
from tests.source_files import ROOT, tracked

ZONES = sorted(known_time_zones())
# The method of an instant, and the functions that read the clock of the machine.
DAY_CALLS = {"date", "today", "localdate", "utcnow"}
# `c` is ISO 8601 with its offset. Django's `T` is empty in an hour that comes twice.
A_TIME = re.compile(r"""\|(date|time):["']((?!DATE_FORMAT)[^"']*[gGhHiPT][^"']*)["']""")
EPOCH = datetime(2016, 5, 26, tzinfo=UTC)
instants = st.timedeltas(timedelta(), timedelta(days=9000)).map(
    lambda after: EPOCH + after
)


def day_calls(source: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in DAY_CALLS
    ]


def test_no_other_code_asks_for_a_day():
    of_no_page = ("benchmarks/", "tests/")
    sources = [name for name in tracked("*.py") if not name.startswith(of_no_page)]
    found = {
        name: lines
        for name in sources
        if name != "accounts/dates.py"
        and (lines := day_calls((ROOT / name).read_text("utf-8")))
    }
    assert found == {}
    assert day_calls("def day(at): return at.astimezone(UTC).date()") == [1]


def test_every_time_of_a_template_names_its_zone():
    """The filters `instant` and `exact_instant` do."""
    unnamed = [
        (name, found.group())
        for name in tracked("templates/*")
        for found in A_TIME.finditer((ROOT / name).read_text("utf-8"))
    ]
    assert unnamed == []
    assert A_TIME.search('{{ at|date:"j M Y, H:i T" }}')


@given(instant=instants, zone=st.sampled_from(ZONES))
def test_a_day_offered_is_never_one_that_the_record_refuses(instant, zone):
    today = Today.of(instant, zone)
    assert today.utc == utc_day(instant) == instant.date()
    assert today.offered == reader_day(instant, zone)
    assert today.offered in {today.utc, local_day(instant, zone)}
    assert today.offered <= today.utc
    assert today.offered <= local_day(instant, zone)


@pytest.mark.parametrize(
    ("instant", "zone", "offered"),
    [
        # 19:42 on 27 November in Washington.
        ("2026-11-28T00:42:00Z", "America/New_York", "2026-11-27"),
        # 01:00 on 28 November in Tokyo.
        ("2026-11-27T16:00:00Z", "Asia/Tokyo", "2026-11-27"),
        ("2026-11-28T00:00:00Z", "Asia/Tokyo", "2026-11-28"),
        ("2026-11-28T12:00:00Z", "Europe/Paris", "2026-11-28"),
        ("2026-11-27T23:59:59Z", "UTC", "2026-11-27"),
    ],
)
def test_the_day_offered(instant, zone, offered):
    assert reader_day(datetime.fromisoformat(instant), zone).isoformat() == offered


def repeated_hours() -> list[tuple[str, datetime]]:
    """Return each zone's first hour of 2026 that the clocks show twice."""
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    hours = [timedelta(hours=n) for n in range(24)]
    found = []
    for zone in map(ZoneInfo, ZONES):
        repeated = (
            day + hour
            for day, next_day in pairwise(days)
            # Only a day in which the clocks go back can repeat an hour.
            if clock(next_day, zone) - clock(day, zone) < next_day - day
            for hour in hours
            if clock(day + hour, zone) == clock(day + hour + hours[1], zone)
        )
        found += [(zone.key, hour) for hour in islice(repeated, 1)]
    return found


def clock(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks of a zone show."""
    return at.astimezone(zone).replace(tzinfo=None)


def test_two_instants_never_print_alike():
    line = Template('{{ at|instant:"j M Y" }}')
    hours = repeated_hours()
    assert ("Europe/Paris", datetime(2026, 10, 25, 0, tzinfo=UTC)) in hours
    for zone, hour in hours:
        with timezone.override(ZoneInfo(zone)):
            printed = {
                line.render(Context({"at": at}))
                for at in (hour, hour + timedelta(hours=1))
            }
        assert len(printed) == 2, zone


# ---- What an officer finds in the editor ---------------------------------------------


@pytest.fixture
def open_editor(signed_in, officer_jp, plan, stocktake):
    """Return a function that opens a new entry in a time zone, at an instant."""

    def opened(zone: str, instant: str):
        officer_jp.time_zone = zone
        officer_jp.save()
        browser = signed_in(officer_jp)
        at = datetime.fromisoformat(instant)
        with time_machine.travel(at, tick=False):
            return browser, browser.get(new_url(plan, "1.2.2")).text

    return opened


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("America/New_York", "2026-11-28T00:42:00Z"),
        ("Asia/Tokyo", "2026-11-27T16:00:00Z"),
    ],
)
def test_the_editor_offers_the_readers_day(open_editor, zone, instant):
    _browser, shown = open_editor(zone, instant)
    assert re.search(r'name="as_of" value="2026-11-27"', shown)


@pytest.mark.parametrize("field", ["as_of", "evidence-1-accessed_on"])
def test_a_refused_day_names_the_day_in_utc(open_editor, plan, field):
    instant = "2026-11-27T16:00:00Z"
    browser, _shown = open_editor("Asia/Tokyo", instant)
    with time_machine.travel(datetime.fromisoformat(instant), tick=False):
        sent = typed(version=0) | {"as_of": "2026-11-27", field: "2026-11-28"}
        answer = browser.post(new_url(plan, "1.2.2"), sent)
    assert answer.status_code == 422
    assert "Today is 27 Nov 2026 in UTC" in answer.text


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("America/New_York", "2096-11-28T00:42:00Z", "2096-11-27"),
        ("Asia/Tokyo", "2096-11-27T16:00:00Z", "2096-11-27"),
        ("Asia/Tokyo", "2096-11-28T00:00:00Z", "2096-11-28"),
    ],
)
def test_a_text_carried_forward_has_the_readers_day(
    officer_jp, plan, stocktake, zone, instant, day
):
    owed = member_commitment_of(plan, "1.2.2", "JP")
    make_entry(owed, by=officer_jp, state=State.PUBLISHED)
    officer_jp.time_zone = zone
    at = datetime.fromisoformat(instant)
    carried = carry_forward(member_commitment=owed, by=officer_jp, at=at)
    assert carried.as_of.isoformat() == day


@pytest.mark.parametrize(
    ("zone", "instant", "first", "too_early"),
    [
        # In Washington, tomorrow is today's day in UTC: too early.
        ("America/New_York", "2026-11-28T00:42:00Z", "29 Nov 2026", "2026-11-28"),
        ("Asia/Tokyo", "2026-11-27T16:00:00Z", "28 Nov 2026", "2026-11-27"),
    ],
)
def test_from_tomorrow_on_is_said_with_its_days(
    signed_in, officer_fr, officer_jp, plan, zone, instant, first, too_early
):
    owed = member_commitment_of(plan, "1.2.2", "JP")
    entry = make_entry(owed, by=officer_jp, state=State.PUBLISHED)
    officer_fr.time_zone = zone
    officer_fr.save()
    browser, url = signed_in(officer_fr), f"/entries/{entry.pk}/questions/new/"
    at = datetime.fromisoformat(instant)
    with time_machine.travel(at, tick=False):
        assert f"From {first} to " in browser.get(url).text
        answer = browser.post(url, {"body": "Which agency?", "due_on": too_early})
    assert answer.status_code == 422
    assert f"Choose a day from {first} to " in answer.text
    assert f"Today is {date_format(utc_day(at), 'DATE_FORMAT')} in UTC" in answer.text
