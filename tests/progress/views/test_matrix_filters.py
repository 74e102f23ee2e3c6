"""Tests of the matrix's filters: parts of it, and its earlier states."""

from datetime import datetime, timedelta

import pytest

from progress.models import Handling, State
from tests.progress.reading import cells_of, classes_of, total_of, words_of

MATRIX = "/matrix/"


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("action=1", ["1.1.1", "1.2.1", "1.2.2"]),
        ("action=2", ["2.1"]),
        ("instrument=interpol", ["1.2.2"]),
        ("action=2&instrument=interpol", []),
    ],
)
def test_filters_leave_rows_out(signed_in, observer, plan, stocktake, query, rows):
    answer = signed_in(observer).get(f"{MATRIX}?{query}")
    found = {name.split(", ")[1] for name in cells_of(answer)}
    assert sorted(found) == rows
    if not rows:
        assert "No commitments match these filters" in words_of(answer)


def test_members_can_be_picked(signed_in, observer, plan, stocktake):
    answer = signed_in(observer).get(f"{MATRIX}?member=JP&member=EU")
    found = {name.split(", ")[0] for name in cells_of(answer)}
    assert found == {"Japan", "European Union"}


def test_a_status_shows_its_rows_and_sets_the_rest_of_them_aside(
    signed_in, observer, reported
):
    reported(status="limited")
    answer = signed_in(observer).get(f"{MATRIX}?status=limited")
    assert {name.split(", ")[1] for name in cells_of(answer)} == {"1.2.2"}
    assert "cell-aside" not in classes_of(answer, "Japan, 1.2.2")
    assert "cell-aside" in classes_of(answer, "France, 1.2.2")
    # The totals count the row shown, and no other.
    assert total_of(answer, "No released entry").startswith("7 ")
    assert total_of(answer, "Limited progress").startswith("1 ")


def test_the_status_filter_cannot_find_what_the_reader_may_not_see(
    signed_in, officer_fr, reported
):
    reported(status="limited", handling=Handling.AMBER)
    answer = signed_in(officer_fr).get(f"{MATRIX}?status=limited")
    assert cells_of(answer) == {}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("action=9", "This plan has no “9”. Choose"),
        ("member=XX", "This plan has no “XX”. Choose"),
        ("instrument=nothing", "This plan has no “nothing”. Choose"),
        ("status=splendid", "This plan has no “splendid”. Choose"),
        ("at=25.13.2017", "Write the day as year-month-day"),
        ("at=0001-01-01", "That day is out of range"),
        ("known_at=yesterday", "Write the time as in 2017-05-20T12:00"),
        ("known_at=9999-12-31T23:59:59-12:00", "That instant is out of range"),
        ("known_at=0001-01-01T00:00:00%2B12:00", "That instant is out of range"),
    ],
)
def test_a_value_that_means_nothing_is_refused_in_words(
    signed_in, observer, plan, stocktake, query, words
):
    answer = signed_in(observer).get(f"{MATRIX}?{query}")
    assert answer.status_code == 400
    assert words in words_of(answer)
    assert cells_of(answer) == {}


def test_the_clocks_turn_back_what_was_true_and_what_was_known(
    signed_in, observer, reported, now
):
    reported(
        status="limited",
        as_of=now.date() - timedelta(days=50),
        published_at=now - timedelta(days=40),
    )
    reported(
        status="implemented",
        as_of=now.date() - timedelta(days=30),
        published_at=now - timedelta(days=20),
    )
    browser = signed_in(observer)

    def cell(**clocks):
        return cells_of(browser.get(MATRIX, clocks))["Japan, 1.2.2"]

    assert cell().startswith("Implemented")

    def ago(days: int) -> datetime:
        instant: datetime = now - timedelta(days=days)
        return instant.replace(microsecond=0)

    assert cell(at=ago(35).date()).startswith("Limited")
    assert cell(known_at=ago(30).isoformat()).startswith("Limited")
    assert cell(known_at=ago(45).isoformat()) == "No released entry"
    # Both clocks, apart: what was true then, as it is known later.
    assert cell(at=ago(29).date()).startswith("Limited")
    apart = {"at": ago(29).date(), "known_at": ago(1).isoformat()}
    assert cell(**apart).startswith("Implemented")


def test_before_the_first_summit_nothing_is_older_than_one(
    signed_in, observer, reported, now
):
    reported()
    browser = signed_in(observer)
    explained = "was published after the last summit"
    assert explained in words_of(browser.get(MATRIX))
    assert explained not in words_of(browser.get(f"{MATRIX}?at=2016-01-01"))


def test_a_look_back_says_so_and_shows_no_states(signed_in, officer_jp, reported, now):
    reported(state=State.DRAFT)
    day = (now - timedelta(days=1)).date()
    answer = signed_in(officer_jp).get(f"{MATRIX}?at={day}")
    assert cells_of(answer)["Japan, 1.2.2"] == "Not reported"
    assert "Back to now" in words_of(answer)


def test_the_rights_are_those_of_today_whatever_the_clock_says(
    signed_in, former_coordinator, reported, now
):
    """Canada had the chair then, but may no longer read amber entries of that time."""
    instant = (now - timedelta(days=200)).replace(microsecond=0)
    reported(
        handling=Handling.AMBER,
        as_of=instant.date(),
        submitted_at=instant,
        published_at=instant,
    )
    answer = signed_in(former_coordinator).get(
        MATRIX, {"known_at": instant.isoformat()}
    )
    assert cells_of(answer)["Japan, 1.2.2"] == "No released entry"
