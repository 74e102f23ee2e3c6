"""Tests of the home page: drafts that go round, and final reports."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.progress.reading import words_of
from tests.reports.circulation.circulated_reports import (
    circulate,
    make_draft,
    make_final,
)

DAY = timedelta(days=1)
WAITS = "1 report waits for your silence or objection until"


@pytest.fixture
def draft(plan, coordinator):
    return make_draft(plan, coordinator, number=3)


@pytest.fixture
def home(signed_in):
    return lambda person: words_of(signed_in(person).get("/"))


def test_a_draft_waits_for_the_silence_of_a_head(
    home, draft, coordinator, head_jp, officer_jp, observer, head_fr
):
    circulate(
        draft, by=coordinator, ends_at=datetime.now(UTC) + DAY, objecting=[head_fr]
    )
    assert WAITS in home(head_jp)
    assert "draft 3 " in home(head_jp)
    assert "draft 3 your head of delegation can object until" in home(officer_jp)
    assert WAITS not in home(officer_jp)
    assert "you can object until" not in home(head_jp)
    # France has objected already. Only the Presidency reads the number here.
    for person in (head_fr, observer):
        assert "draft 3" not in home(person)
    assert "1 objection" not in home(head_jp)
    assert "draft 3 open for objections until" in home(coordinator)
    assert "1 objection" in home(coordinator)


def test_what_nobody_objected_to_can_become_final(home, draft, coordinator, head_jp):
    circulate(draft, by=coordinator, ends_at=datetime.now(UTC) - DAY)
    assert "draft 3 no delegation objected" in home(coordinator)
    assert "draft 3" not in home(head_jp)


def test_the_next_draft_takes_the_place_of_the_first(home, draft, coordinator, plan):
    circulate(draft, by=coordinator, ends_at=datetime.now(UTC) - DAY)
    following = make_draft(plan, coordinator, number=4)
    circulate(following, by=coordinator, ends_at=datetime.now(UTC) + DAY)
    assert "draft 3" not in home(coordinator)
    assert "draft 4 open for objections until" in home(coordinator)


def test_a_final_report_is_named_to_every_reader(
    home, draft, coordinator, officer_jp, observer, administrator
):
    assert "final since" not in home(observer)
    make_final(draft)
    for person in (coordinator, officer_jp, observer):
        assert "Stocktake report (TLP:GREEN) of" in home(person)
        assert "final since" in home(person)
    assert "no delegation objected" not in home(coordinator)
    assert "final since" not in home(administrator)


def test_each_of_several_drafts_has_its_own_deadline(
    home, draft, coordinator, plan, head_jp
):
    other = make_draft(plan, coordinator, layout="compact")
    for days, one in ((3, draft), (2, other)):
        circulate(one, by=coordinator, ends_at=datetime.now(UTC) + days * DAY)
    text = home(head_jp)
    assert "2 reports wait for your silence or objection, the first until" in text
    first, second = text.index("(TLP:GREEN, compact)"), text.index("draft 3 you can")
    assert first < second
