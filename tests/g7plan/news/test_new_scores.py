"""Tests of score tables among what is new to a person: one line for each table."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_body, make_plan, make_stocktake
from tests.g7plan.news.test_news import READ, URL, count_in, cursor_of
from tests.progress.assessments.scoring import (
    SCORES,
    make_table,
    release,
    released_table,
    revision,
    score,
)
from tests.progress.reading import html_of, words_of

CHANGES = "/plans/test-plan/changes/?since=2016-06-01"


@pytest.fixture
def body(members):
    return make_body()


def lines(answer) -> int:
    return html_of(answer).count("/plans/test-plan/scores/university-observatory/?")


def test_a_release_is_one_line_and_counts_once(signed_in, observer, body, stocktake):
    browser = signed_in(observer)
    browser.post(READ, {"seen_until": "2017-01-01T00:00:00+00:00"}, follow=True)
    table = make_table(body, stocktake)
    score(table, SCORES)
    assert lines(browser.get(URL)) == 0
    first = release(table)
    page = browser.get(URL)
    assert lines(page) == 1
    assert f"University Observatory: {stocktake.title}" in words_of(page)
    assert count_in(page) == "1"
    after = browser.post(READ, {"cursor": cursor_of(page)}, follow=True)
    assert (lines(after), count_in(after)) == (0, "")
    release(revision(first, {("1.1.1", "FR"): ""}))
    page = browser.get(URL)
    assert (lines(page), count_in(page)) == (1, "1")
    after = browser.post(READ, {"cursor": cursor_of(page)}, follow=True)
    assert (lines(after), count_in(after)) == (0, "")


def test_the_changes_of_a_plan_name_the_tables(signed_in, officer_jp, body, stocktake):
    browser = signed_in(officer_jp)
    assert lines(browser.get(CHANGES)) == 0
    released_table(body, stocktake)
    page = browser.get(CHANGES)
    assert lines(page) == 1
    assert "released on" in words_of(page)


def test_many_scores_cost_no_more_queries(signed_in, observer, body, stocktake):
    browser = signed_in(observer)
    released_table(body, stocktake)
    browser.get(URL)
    with CaptureQueriesContext(connection) as queries:
        browser.get(URL)
    assert len(queries) <= 12


def test_without_a_mark_scores_from_before_the_newest_stocktake_are_not_new(
    signed_in, observer, body, stocktake
):
    """Also if no entry was published between their release and its opening."""
    browser = signed_in(observer)
    released_table(body, stocktake)
    assert lines(browser.get(URL)) == 1
    people = {
        "by": stocktake.opened_by,
        "second_reviewer": stocktake.second_reviewer,
    }
    make_stocktake(make_plan("later"), opened_at=datetime.now(UTC), **people)
    assert lines(browser.get(URL)) == 0
