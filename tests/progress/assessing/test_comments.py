"""Tests of the comments of delegations, with the answers of the body."""

from datetime import UTC, datetime

import pytest

from progress.actions.assessments.feedback import comment_on
from tests.progress.assessments.scoring import (
    cell,
    comments_of,
    release,
    revision,
    table_in_feedback,
)
from tests.progress.editing import page
from tests.progress.reading import words_of


@pytest.fixture
def opened(assessor, stocktake):
    return table_in_feedback(assessor.body, stocktake)


def commented(table, member, text, by):
    one = cell(table, "1.1.1", member)
    return comment_on(assessment=one, text=text, by=by, at=datetime.now(UTC))


@pytest.fixture
def comment(opened, officer_jp):
    return commented(opened, "JP", "The law is of May.", officer_jp)


def url_of(comment):
    return f"/assessing/{comment.assessment.table_id}/comments/{comment.pk}/"


def test_comments_are_listed_and_those_without_an_answer_come_first(
    browser, opened, comment, officer_fr
):
    second = commented(opened, "FR", "We agree.", officer_fr)
    browser.post(url_of(second), {"text": "Thank you."})
    shown = words_of(browser.get(f"/assessing/{opened.pk}/comments/"))
    assert shown.index("The law is of May.") < shown.index("We agree.")
    assert "Answer of your body" in shown
    assert "Only your body and the delegation that wrote the comment read it" in shown


def test_without_a_comment_the_page_says_so(browser, opened):
    shown = words_of(browser.get(f"/assessing/{opened.pk}/comments/"))
    assert "No delegation has commented yet" in shown


def test_an_answer_is_sent_once(browser, comment, opened):
    assert "The law is of May." in words_of(browser.get(url_of(comment)))
    answer = browser.post(url_of(comment), {"text": "We consider it."})
    assert answer.url == f"/assessing/{opened.pk}/comments/"
    assert [one.text for one in comments_of(opened)][-1] == "We consider it."
    again = browser.post(url_of(comment), {"text": "Another answer"})
    assert again.status_code == 409
    assert "This comment has been answered" in page(again)
    assert "Another answer" in page(again)
    assert len(comments_of(opened)) == 2


@pytest.mark.parametrize("text", ["", " ", "x" * 2_001, "a\x00b"])
def test_a_wrong_answer_is_refused_and_kept(browser, comment, opened, text):
    answer = browser.post(url_of(comment), {"text": text})
    assert answer.status_code == 422
    assert "Answer:" in page(answer)
    assert len(comments_of(opened)) == 1


def test_after_a_final_release_nothing_is_answered(browser, comment, opened):
    release(revision(opened))
    answer = browser.post(url_of(comment), {"text": "Too late"})
    assert answer.status_code == 409
    assert "can no longer be answered" in page(answer)
    assert "Too late" in page(answer)


def test_a_comment_is_beside_its_cell_also_in_the_revision(browser, comment, opened):
    one = cell(opened, "1.1.1", "JP")
    shown = words_of(browser.get(f"/assessing/{opened.pk}/?cell={one.pk}"))
    assert "The law is of May." in shown
    new = revision(opened)
    one = cell(new, "1.1.1", "JP")
    shown = words_of(browser.get(f"/assessing/{new.pk}/?cell={one.pk}"))
    assert "The law is of May." in shown


def test_a_comment_of_another_table_is_not_found(browser, comment, opened):
    new = revision(opened)
    url = f"/assessing/{new.pk}/comments/{comment.pk}/"
    assert browser.get(url).status_code == 404


@pytest.mark.parametrize("role", ["officer_jp", "other_assessor", "observer"])
def test_comment_pages_do_not_exist_for_others(request, comment, signed_in, role):
    other = signed_in(request.getfixturevalue(role))
    assert other.get(url_of(comment)).status_code == 404
    assert other.post(url_of(comment), {"text": "No"}).status_code == 404
