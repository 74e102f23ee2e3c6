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


def test_a_delegation_reads_what_it_can_comment_on_and_until_when(
    signed_in, officer_fr, body, stocktake
):
    table = table_in_feedback(body, stocktake)
    answer = signed_in(officer_fr).get(HOME)
    day = f"{table.feedback_until:%-d %B %Y}"
    assert table.feedback_until is not None
    until = f"{table.feedback_until:%-d %b %Y, %H:%M UTC}"
    assert f"your delegation can comment until {until}" in words_of(answer)
    assert f'href="/feedback/{table.pk}/"' in html_of(answer)


def test_the_next_deadline_comes_first(signed_in, officer_fr, body, stocktake):
    later = table_in_feedback(body, stocktake)
    before = datetime.now(UTC) - timedelta(days=1)
    other = make_body("policy-institute")
    first = table_in_feedback(other, stocktake, at=before)
    page = html_of(signed_in(officer_fr).get(HOME))
    assert page.index(f"/feedback/{first.pk}/") < page.index(f"/feedback/{later.pk}/")


def test_it_ends_with_the_deadline(signed_in, officer_fr, body, stocktake):
    table_in_feedback(body, stocktake, at=datetime.now(UTC) - timedelta(days=8))
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
