"""Tests of a link's state after a visit."""

from datetime import UTC, datetime, timedelta

import pytest

from progress.evidence.link_fetch import Finding, Verdict
from progress.evidence.link_states import LinkState, after
from progress.evidence.web_connection import LinkProblem

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ALIVE = Finding(Verdict.ALIVE, 200)
GONE = Finding(Verdict.DEAD, 404, LinkProblem.STATUS)
BUSY = Finding(Verdict.UNSURE, 503, LinkProblem.STATUS)
INSIDE = Finding(Verdict.REFUSED, problem=LinkProblem.NOT_PUBLIC)


def told(*findings):
    """Return the state after visits, each at the time that the last one set."""
    state = LinkState(due_at=START)
    for finding in findings:
        state = after(state, finding, state.due_at)
    return state


def test_a_link_that_is_alive_is_asked_again_in_a_week():
    state = told(ALIVE)
    assert state.due_at == START + 7 * DAY
    assert (state.checked_at, state.last_alive_at) == (START, START)
    assert (state.problem, state.http_status, state.dead_since) == ("", 200, None)


def test_one_failure_is_no_death():
    state = told(ALIVE, GONE)
    assert state.dead_since is None
    assert (state.problem, state.http_status) == ("status", 404)
    assert state.last_alive_at == START
    assert state.due_at == START + 8 * DAY


def test_two_failures_are_and_it_is_dead_since_the_first():
    state = told(ALIVE, GONE, GONE)
    assert state.dead_since == START + 7 * DAY
    assert state.last_alive_at == START
    assert told(ALIVE, GONE, GONE, GONE).dead_since == START + 7 * DAY


def test_failures_are_asked_about_less_and_less_often():
    state, waits = told(), []
    for _ in range(7):
        before = state.due_at
        state = after(state, GONE, before)
        waits.append((state.due_at - before).days)
    assert waits == [1, 2, 4, 8, 14, 14, 14]


def test_a_link_that_comes_back_is_alive_at_once():
    state = told(GONE, GONE, ALIVE)
    assert (state.dead_since, state.failure_count) == (None, 0)


def test_two_failures_within_a_day_are_one():
    state = after(told(GONE), GONE, START + timedelta(hours=5))
    assert state.failure_count == 1
    assert state.dead_since is None


@pytest.mark.parametrize("finding", [BUSY, INSIDE])
def test_what_says_nothing_leaves_what_was_known(finding):
    state = told(ALIVE, finding)
    assert (state.dead_since, state.failure_count) == (None, 0)
    dead = told(GONE, GONE, finding)
    assert dead.dead_since == START
    assert dead.failure_count == 2


def test_a_busy_server_is_asked_tomorrow_and_a_private_one_next_week():
    assert told(BUSY).due_at == START + DAY
    assert told(INSIDE).due_at == START + 7 * DAY


def test_a_failure_that_lasts_for_years_is_still_asked_about():
    assert told(*[GONE] * 100).failure_count == 100


def test_a_failure_soon_after_the_link_was_alive_counts():
    state = after(told(ALIVE), GONE, START + timedelta(hours=5))
    assert state.failure_count == 1


@pytest.mark.parametrize(("hours", "count"), [(22, 1), (23, 2)])
def test_two_failures_count_as_two_from_23_hours_apart(hours, count):
    state = after(told(GONE), GONE, START + timedelta(hours=hours))
    assert state.failure_count == count
