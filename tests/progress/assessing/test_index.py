"""Tests of the first page of a body: its stocktakes, and what comes next."""

from datetime import UTC, datetime

import pytest

from accounts.models import Role
from progress.actions.assessments.feedback import comment_on
from progress.models import AssessmentTable
from tests.factories import make_user
from tests.progress.assessments.scoring import (
    cell,
    make_guidelines,
    make_table,
    release,
    revision,
    score,
    table_in_feedback,
)
from tests.progress.editing import page
from tests.progress.reading import words_of

URL = "/assessing/"


@pytest.fixture
def begin_url(stocktake):
    return f"/assessing/begin/{stocktake.plan.slug}/{stocktake.slug}/"


def every_cell(table, value="0"):
    found = table.assessments.select_related("member_commitment__commitment")
    return {
        (one.member_commitment.commitment.code, one.member_commitment.member_id): value
        for one in found
    }


# ---- What comes next -----------------------------------------------------------------


def test_guidelines_come_first(browser, stocktake):
    shown = words_of(browser.get(URL))
    assert "Next: publish your guidelines." in shown
    assert "Guidelines: 0 of 4 published" in shown


def test_then_a_table_is_begun(browser, stocktake, assessor, plan):
    make_guidelines(assessor.body, plan)
    shown = words_of(browser.get(URL))
    assert "Next: begin a score table." in shown
    assert "Begin a score table" in shown


def test_then_cells_are_scored(browser, table):
    score(table, {("1.1.1", "FR"): "1"})
    shown = words_of(browser.get(URL))
    assert "1 of 32 scored" in shown
    assert "Next: score 31 cells." in shown


def test_then_the_table_is_opened_or_released(browser, table):
    score(table, every_cell(table))
    shown = words_of(browser.get(URL))
    assert "Next: open the table for feedback, or release it." in shown


def test_in_feedback_the_page_waits_or_asks_for_answers(
    browser, assessor, stocktake, officer_jp
):
    table = table_in_feedback(assessor.body, stocktake)
    assert "Delegations can comment until" in words_of(browser.get(URL))
    one = cell(table, "1.1.1", "JP")
    comment_on(assessment=one, text="It is so.", by=officer_jp, at=datetime.now(UTC))
    shown = words_of(browser.get(URL))
    assert "Next: answer the comments of delegations." in shown
    assert "1 comment has no answer" in shown


def test_after_an_interim_release_a_final_table_can_follow(browser, table):
    score(table, {("1.1.1", "FR"): "1"})
    table = release(table)
    shown = words_of(browser.get(URL))
    assert "Next: revise the table into a final one" in shown
    new = revision(table)
    shown = words_of(browser.get(URL))
    assert "1 earlier table" in shown
    release(new)
    assert "Next:" not in words_of(browser.get(URL))


def test_without_a_stocktake_the_page_says_so(browser, plan):
    assert "No stocktake has opened yet" in words_of(browser.get(URL))


# ---- Begin a table -------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["interim", "final"])
def test_a_table_is_begun_in_the_chosen_phase(browser, begin_url, assessor, phase):
    assert "Only your body sees it" in words_of(browser.get(begin_url))
    answer = browser.post(begin_url, {"phase": phase})
    table = AssessmentTable.objects.get()
    assert answer.url == f"/assessing/{table.pk}/"
    assert (table.phase, table.body, table.assessments.count()) == (
        phase,
        assessor.body,
        32,
    )


def test_a_second_table_is_not_begun(browser, begin_url, table):
    for answer in (browser.get(begin_url), browser.post(begin_url, {"phase": "final"})):
        assert answer.url == f"/assessing/{table.pk}/"
    assert AssessmentTable.objects.count() == 1


@pytest.mark.parametrize("phase", ["", "first"])
def test_a_table_needs_a_known_phase(browser, begin_url, phase):
    assert browser.post(begin_url, {"phase": phase}).status_code == 422
    assert not AssessmentTable.objects.exists()


# ---- Who -----------------------------------------------------------------------------


def test_an_assessor_without_a_body_reads_what_to_do(signed_in, members, begin_url):
    browser = signed_in(make_user(Role.ASSESSOR))
    assert "Ask an administrator to choose it" in words_of(browser.get(URL))
    assert browser.get(begin_url).status_code == 404
    home = words_of(browser.get("/"))
    assert "Ask an administrator to choose it." in home
    assert ">Assessing</a>" not in page(browser.get("/"))


@pytest.mark.parametrize("role", ["officer_jp", "coordinator", "observer"])
def test_the_page_does_not_exist_for_others(request, role, signed_in, begin_url):
    browser = signed_in(request.getfixturevalue(role))
    assert browser.get(URL).status_code == 404
    assert browser.get(begin_url).status_code == 404
    assert browser.post(begin_url, {"phase": "final"}).status_code == 404
    assert ">Assessing</a>" not in page(browser.get("/"))


def test_another_body_s_table_is_not_counted(browser, stocktake, other_assessor):
    table = make_table(other_assessor.body, stocktake)
    score(table, {("1.1.1", "FR"): "1"})
    shown = words_of(browser.get(URL))
    assert "scored" not in shown
    assert "Guidelines: 0 of 4 published" in shown


def test_home_tells_an_assessor_what_is_due(browser, table):
    score(table, {("1.1.1", "FR"): "1"})
    shown = words_of(browser.get("/"))
    assert "Scores to do" in shown
    assert "1 of 32 scored" in shown
    assert ">Assessing</a>" in page(browser.get("/"))


def test_home_without_a_table_leads_to_the_stocktakes(browser, stocktake):
    shown = words_of(browser.get("/"))
    assert "No table of your body is at work." in shown


def test_page_takes_few_queries(browser, table, django_assert_max_num_queries):
    browser.get(URL)
    with django_assert_max_num_queries(12):
        browser.get(URL)
