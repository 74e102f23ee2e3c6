"""Tests of the home page's part on score tables that are open for feedback."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_body
from tests.progress.assessments.scoring import (
    make_table,
    released_table,
    table_in_feedback,
)
from tests.progress.reading import html_of, words_of

HOME = "/"
HEADING = "Feedback on scores"


@pytest.fixture
def body(assessor):
    return assessor.body


def until(table) -> str:
    assert table.feedback_until is not None
    return f"{table.feedback_until:%-d %b %Y, %H:%M UTC}"


def test_a_delegation_reads_that_it_can_comment_and_until_when(
    signed_in, officer_fr, body, stocktake
):
    table = table_in_feedback(body, stocktake)
    answer = signed_in(officer_fr).get(HOME)
    assert f"The next deadline is {until(table)}." in words_of(answer)
    section = html_of(answer).split('id="home-feedback"')[1].split("</section>")[0]
    assert 'href="/feedback/"' in section


def test_the_deadline_is_the_next_one(signed_in, officer_fr, body, stocktake):
    bodies = [body, make_body("policy-institute"), make_body("third-body")]
    ages = [timedelta(days=1), timedelta(days=6), timedelta(days=8)]
    _later, first, _past = (
        table_in_feedback(one, stocktake, at=datetime.now(UTC) - age)
        for one, age in zip(bodies, ages, strict=True)
    )
    answer = signed_in(officer_fr).get(HOME)
    assert f"The next deadline is {until(first)}." in words_of(answer)


def test_it_ends_with_the_deadline_and_the_navigation_does_not(
    signed_in, officer_fr, body, stocktake
):
    table_in_feedback(body, stocktake, at=datetime.now(UTC) - timedelta(days=8))
    assert 'href="/feedback/"' in html_of(signed_in(officer_fr).get(HOME))
    assert HEADING not in words_of(signed_in(officer_fr).get(HOME))


@pytest.mark.parametrize("reader", ["observer", "assessor", "administrator"])
def test_who_is_not_asked_reads_nothing_of_it(
    signed_in, body, stocktake, reader, request
):
    table_in_feedback(body, stocktake)
    answer = signed_in(request.getfixturevalue(reader)).get(HOME)
    assert HEADING not in words_of(answer)


def test_a_draft_and_a_table_without_feedback_are_not_named(
    signed_in, officer_fr, body, stocktake
):
    released_table(body, stocktake)
    make_table(make_body("policy-institute"), stocktake)
    assert HEADING not in words_of(signed_in(officer_fr).get(HOME))
