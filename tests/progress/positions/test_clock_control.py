"""The clock control: one day moves both clocks, and the page says what it shows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commitments.models import Summit
from progress.forms.positions import ClockForm
from progress.models import Stocktake
from progress.positions.clock_control import clock_control
from progress.positions.clocks import Clocks
from progress.positions.viewpoint import Viewpoint
from tests.factories import make_stocktake
from tests.progress.reading import words_of
from tests.progress.rule_3 import clocks_of

MATRIX = "/matrix/"


@pytest.fixture
def timeline(plan) -> str:
    return f"/plans/{plan.slug}/commitments/1.2.2/JP/"


@pytest.fixture
def earlier(plan, coordinator, second_reviewer, now):
    return make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="earlier",
        opened_at=now - timedelta(days=90),
        closed_at=now - timedelta(days=60),
        closed_by=coordinator,
    )


def control_of(browser, url, query=()):
    """Return the control that a page shows."""
    return browser.get(url, dict(query)).context["clock_control"]


def test_the_line_is_from_adoption_to_today(signed_in, observer, plan, timeline, now):
    for url in (MATRIX, timeline, timeline.removesuffix("JP/")):
        control = control_of(signed_in(observer), url)
        assert (control.first, control.last) == (plan.adopted_on, now.date())
        assert control.step == control.steps == (now.date() - plan.adopted_on).days
        assert control.sentence == "Now: as of today, as known at this moment"


@pytest.mark.parametrize("days", [1, 30, 4000])
def test_a_day_moves_both_clocks_as_rule_3_says(
    signed_in, observer, timeline, plan, now, days
):
    day = now.date() - timedelta(days=days)
    control = control_of(signed_in(observer), timeline, {"at": day})
    clocks = control.clocks
    assert (clocks.at, clocks.known_at) == clocks_of(day, None, now)
    assert control.day == max(day, plan.adopted_on)
    assert ", as known at the end of that day in UTC" in control.sentence
    assert not control.is_apart


def test_the_second_clock_stays_apart_once_it_is_asked_for(
    signed_in, observer, timeline, now
):
    day, known_at = now.date() - timedelta(days=9), now - timedelta(days=2)
    query = {"at": day, "known_at": known_at.replace(microsecond=0).isoformat()}
    control = control_of(signed_in(observer), timeline, query)
    assert control.is_apart
    assert f"as known at {known_at:%-d %b %Y}" in control.sentence
    assert control.together_url == f"{timeline}?at={day}"
    assert control.now_url == timeline


def test_everything_else_that_was_asked_for_is_kept_but_not_the_place(
    signed_in, observer, plan, now
):
    day = now.date() - timedelta(days=9)
    query = {"status": "limited", "member": ["JP", "FR"], "at": day, "page": "2"}
    control = control_of(signed_in(observer), MATRIX, query)
    kept = [("status", "limited"), ("member", "JP"), ("member", "FR")]
    assert control.kept == kept
    assert control.now_url == f"{MATRIX}?status=limited&member=JP&member=FR"


def test_summits_and_stocktakes_are_marked_on_the_line(
    signed_in, observer, timeline, plan, stocktake, earlier, now
):
    """A closed stocktake at its close, an open one at its opening, none to come."""
    Summit.objects.create(
        slug="to-come", name="Later", year=2199, host_id="IT",
        starts_on=date(2199, 1, 1), ends_on=date(2199, 1, 2),
    )  # fmt: skip
    Stocktake.objects.create(
        plan=plan, slug="planned", title="Planned",
        opens_at=now + timedelta(days=1), due_at=now + timedelta(days=2),
        grace_ends_at=now + timedelta(days=3),
    )  # fmt: skip
    control = control_of(signed_in(observer), timeline)
    marks = {mark.label: mark for mark in control.marks}
    closed = (now - timedelta(days=60)).date()
    assert marks[f"Close of {earlier.title}"].day == closed
    assert f"Opening of {stocktake.title}" in marks
    assert not any("Later" in label or "Planned" in label for label in marks)
    days = [mark.day for mark in control.marks]
    assert days == sorted(days)
    assert all(control.first <= day <= control.last for day in days)
    url = marks[f"Close of {earlier.title}"].url
    assert url == f"{timeline}?at={closed}"


def test_each_mark_leads_to_its_day_and_says_so(signed_in, observer, timeline, earlier):
    browser = signed_in(observer)
    mark = control_of(browser, timeline).marks[-1]
    control = control_of(browser, mark.url)
    assert [one.label for one in control.marks if one.is_shown] == [mark.label]


def test_a_reader_west_of_utc_is_offered_their_own_day(observer, plan, stocktake):
    observer.time_zone = "America/Vancouver"
    night = datetime(2026, 3, 2, 4, tzinfo=UTC)
    now = Viewpoint.of(observer, night, plan=plan, clocks=Clocks.now(night))
    form = ClockForm({}, now=night)
    control = clock_control(now, form, path="/", asked={})
    assert control.last == control.day == date(2026, 3, 1)


def test_a_refused_day_is_explained_and_kept(signed_in, observer, timeline):
    answer = signed_in(observer).get(timeline, {"at": "2199-12-31"})
    assert answer.status_code == 400
    assert "This day is in the future" in words_of(answer)
    assert 'value="2199-12-31"' in answer.content.decode()
    assert "as known at this moment" not in words_of(answer)


def test_an_administrator_gets_no_clocks(signed_in, administrator, timeline):
    assert "Go to a summit" not in words_of(signed_in(administrator).get(timeline))
