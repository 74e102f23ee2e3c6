"""Tests of the pages on which delegations comment on scores of their own member."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.utils.formats import date_format

from progress.actions.assessments.feedback import answer_comment
from progress.models import AssessmentTable
from tests.factories import make_body
from tests.progress.assessments.scoring import (
    SCORES,
    assessor_of,
    comments_of,
    make_table,
    release,
    revision,
    table_in_feedback,
)
from tests.progress.reading import html_of, words_of
from tests.progress.score_pages.conftest import queries_of, rows_in


@pytest.fixture
def in_feedback(stocktake) -> AssessmentTable:
    return table_in_feedback(make_body(), stocktake)


def address(table: AssessmentTable, code: str = "") -> str:
    return f"/feedback/{table.pk}/{f'?cell={code}' if code else ''}"


def test_a_delegation_reads_its_own_scores_only(signed_in, officer_jp, in_feedback):
    answer = signed_in(officer_jp).get(address(in_feedback, "1.1.1"))
    said = words_of(answer)
    assert "Japan on 1.1.1" in said
    assert "JP on 1.1.1: it reported in spring." in said
    assert "Full compliance with 1.1.1: a law and a report." in said
    assert "France" not in said
    assert "FR on" not in said
    rows = rows_in(answer)[1:]
    assert [row[1] for row in rows] == ["0", "Not scored", "Not scored", "Not scored"]
    assert "Only the body and the delegation that wrote can read this." in said


def test_an_officer_comments_and_reads_the_answer(
    signed_in, officer_jp, head_jp, officer_fr, in_feedback
):
    browser = signed_in(officer_jp)
    sent = browser.post(address(in_feedback, "1.1.1"), {"text": "We reported in May."})
    assert sent.status_code == 302
    [comment] = comments_of(in_feedback)
    assert (comment.member_id, comment.text) == ("JP", "We reported in May.")
    by = assessor_of(in_feedback.body)
    answer_comment(comment=comment, text="We will look.", by=by, at=datetime.now(UTC))
    for person in (officer_jp, head_jp):
        said = words_of(signed_in(person).get(address(in_feedback, "1.1.1")))
        assert "Japan" in said
        assert "We reported in May." in said
        assert "We will look." in said
    theirs = words_of(signed_in(officer_fr).get(address(in_feedback, "1.1.1")))
    assert "We reported" not in theirs


@pytest.mark.parametrize("code", ["", "9.9.9", "2.10"])
def test_a_comment_is_on_the_score_that_its_address_names(
    signed_in, officer_jp, in_feedback, code
):
    page = address(in_feedback, code)
    answer = signed_in(officer_jp).post(page, {"text": "On which score?"})
    assert answer.status_code == 404
    assert comments_of(in_feedback) == []


def test_an_empty_comment_keeps_the_page(signed_in, officer_jp, in_feedback):
    answer = signed_in(officer_jp).post(address(in_feedback, "1.1.1"), {"text": " "})
    assert answer.status_code == 422
    assert "Write your comment." in words_of(answer)
    assert comments_of(in_feedback) == []


def test_after_the_deadline_no_comment_can_be_added(
    signed_in, officer_jp, in_feedback, time_machine
):
    page = address(in_feedback, "1.1.1")
    assert "Send comment" in words_of(signed_in(officer_jp).get(page))
    time_machine.move_to(in_feedback.feedback_until)
    answer = signed_in(officer_jp).get(page)
    said = words_of(answer)
    assert "The deadline has passed, so no more comments can be added." in said
    assert "Send comment" not in said


def test_a_comment_that_comes_just_after_the_deadline_is_refused_and_its_words_kept(
    signed_in, officer_jp, in_feedback, time_machine
):
    until, page = in_feedback.feedback_until, address(in_feedback, "1.1.1")
    time_machine.move_to(until - timedelta(milliseconds=1), tick=False)
    browser = signed_in(officer_jp)
    assert browser.post(page, {"text": "In time."}).status_code == 302
    time_machine.move_to(until, tick=False)
    answer = browser.post(page, {"text": "Too late: <b>we</b>\nreported in May."})
    said = words_of(answer)
    assert answer.status_code == 409
    assert "Comments are closed" in said
    assert "The deadline has passed, so no more comments can be added." in said
    assert "Your comment was not saved." in said
    typed = answer.text.split('<textarea id="typed"')[1].split("</textarea>")[0]
    assert "Too late: &lt;b&gt;we&lt;/b&gt;\nreported in May." in typed
    assert "Send comment" not in said
    assert [comment.text for comment in comments_of(in_feedback)] == ["In time."]


def test_the_final_scores_end_the_feedback_and_the_page_says_so(
    signed_in, officer_jp, in_feedback
):
    browser = signed_in(officer_jp)
    release(revision(in_feedback, phase="final"))
    said = words_of(browser.get(address(in_feedback, "1.1.1")))
    assert "Feedback is over" in said
    assert "they can still change" not in said
    assert "The final scores are released, so no more comments can be added." in said
    assert "deadline" not in said
    final = "/plans/test-plan/scores/university-observatory/?stocktake=first"
    assert f'href="{final}"' in html_of(browser.get(address(in_feedback)))
    assert browser.get(final).status_code == 200
    sent = browser.post(address(in_feedback, "1.1.1"), {"text": "We reported in May."})
    assert sent.status_code == 409
    assert "We reported in May." in html_of(sent)
    assert comments_of(in_feedback) == []
    # It is not open any more, whether its deadline has passed or not.
    assert "No scores are open for feedback" in words_of(browser.get("/feedback/"))
    home = html_of(browser.get("/"))
    assert 'href="/feedback/"' not in home
    assert "home-feedback" not in home


def earlier(answer: HttpResponse) -> list[str]:
    """The rows of the list of earlier feedback, each in one line."""
    _before, _heading, after = html_of(answer).partition('id="past"')
    rows = re.findall(r"<tr>(.*?)</tr>", after, re.DOTALL)
    return [
        " ".join(re.sub("<[^>]+>|, ..:.. UTC", " ", row).split()) for row in rows[1:]
    ]


def test_earlier_feedback_is_listed_with_the_comments_of_the_own_delegation(
    signed_in, officer_jp, head_jp, officer_fr, stocktake, time_machine
):
    interim = table_in_feedback(make_body(), stocktake, audience="readers")
    browser, page = signed_in(officer_jp), address(interim, "1.1.1")
    for text in ("We reported in May.", "And in June."):
        assert browser.post(page, {"text": text}).status_code == 302
    comment = comments_of(interim)[0]
    by = assessor_of(interim.body)
    answer_comment(comment=comment, text="We will look.", by=by, at=datetime.now(UTC))
    assert earlier(browser.get("/feedback/")) == []
    release(revision(interim, phase="final"))
    today = date_format(datetime.now(UTC))
    row = f"University Observatory Stocktake first {today} {{}} Action Plan for Tests"
    assert earlier(browser.get("/feedback/")) == [row.format(2)]
    assert earlier(signed_in(head_jp).get("/feedback/")) == [row.format(2)]
    # A delegation may read the comments of another: they do not count as its own.
    browser = signed_in(officer_fr)
    assert earlier(browser.get("/feedback/")) == [row.format(0)]
    # The deadline is the end only if it comes first.
    time_machine.move_to(interim.feedback_until)
    assert earlier(signed_in(officer_fr).get("/feedback/")) == [row.format(0)]


def test_feedback_on_released_interim_scores_ends_with_its_deadline(
    signed_in, officer_jp, in_feedback, time_machine
):
    release(in_feedback)
    time_machine.move_to(in_feedback.feedback_until - timedelta(seconds=1), tick=False)
    assert earlier(signed_in(officer_jp).get("/feedback/")) == []
    time_machine.move_to(in_feedback.feedback_until, tick=False)
    answer = signed_in(officer_jp).get("/feedback/")
    assert len(earlier(answer)) == 1
    assert "No scores are open for feedback" in words_of(answer)
    assert f'href="{address(in_feedback)}"' in html_of(answer)


@pytest.mark.parametrize("after", [-1, 0, 1])
@pytest.mark.parametrize("step", ["opened", "revised", "released", "final"])
def test_each_table_that_was_opened_is_open_or_past(in_feedback, step, after):
    made = {
        "opened": lambda: in_feedback,
        "revised": lambda: revision(in_feedback),
        "released": lambda: release(in_feedback),
        "final": lambda: release(revision(in_feedback, phase="final")),
    }[step]()
    at = in_feedback.feedback_until + timedelta(seconds=after)
    tables = AssessmentTable.objects.all()
    is_past = step == "final" or (step == "released" and after >= 0)
    assert (in_feedback in tables.open_for_feedback(at)) is not is_past
    assert (in_feedback in tables.past_feedback(at)) is is_past
    # What was never opened is in neither list.
    never = (
        made
        if made.feedback_opened_at is None
        else make_table(make_body("policy-institute"), in_feedback.stocktake)
    )
    assert never not in tables.open_for_feedback(at)
    assert never not in tables.past_feedback(at)


def test_earlier_feedback_has_pages(signed_in, officer_jp, stocktake, monkeypatch):
    monkeypatch.setattr("progress.views.scores.feedback.PAGE_SIZE", 1)
    for name in ("university-observatory", "policy-institute"):
        table = table_in_feedback(make_body(name), stocktake)
        release(revision(table, phase="final"))
    browser = signed_in(officer_jp)
    first, second, beyond = (
        earlier(browser.get(f"/feedback/?page={page}")) for page in ("1", "2", "x" * 99)
    )
    assert "Policy Institute" in first[0]
    assert "University Observatory" in second[0]
    assert beyond == first


def test_the_page_of_scores_leads_a_delegation_to_its_feedback(
    signed_in, officer_jp, observer, stocktake
):
    link = 'href="/feedback/"'
    assert link in html_of(signed_in(officer_jp).get("/scores/"))
    assert link not in html_of(signed_in(observer).get("/scores/"))


@pytest.mark.parametrize("role", ["contributor_jp", "coordinator"])
def test_others_of_a_delegation_read_and_do_not_comment(
    request, signed_in, in_feedback, role
):
    browser = signed_in(request.getfixturevalue(role))
    answer = browser.get(address(in_feedback))
    assert answer.status_code == 200
    assert "The officers and the head of your delegation can comment." in words_of(
        answer
    )
    sent = browser.post(address(in_feedback, "1.1.1"), {"text": "No."})
    assert sent.status_code == 403


def test_the_navigation_names_feedback_while_a_table_is_open(
    signed_in, officer_jp, observer, stocktake
):
    browser = signed_in(officer_jp)
    make_table(make_body("policy-institute"), stocktake)
    assert 'href="/feedback/"' not in html_of(browser.get("/glossary/"))
    assert "No scores are open for feedback" in words_of(browser.get("/feedback/"))
    table_in_feedback(make_body(), stocktake, SCORES)
    assert 'href="/feedback/"' in html_of(browser.get("/glossary/"))
    assert "University Observatory" in words_of(browser.get("/feedback/"))
    assert 'href="/feedback/"' not in html_of(signed_in(observer).get("/glossary/"))


def test_hostile_addresses_are_refused(signed_in, officer_jp, in_feedback):
    browser = signed_in(officer_jp)
    assert browser.get(address(in_feedback, "%00")).status_code == 400
    for code in ("9.9", "x" * 300, "%F0%9F%98%80"):
        assert browser.get(address(in_feedback, code)).status_code == 200
    missing = "00000000-0000-0000-0000-000000000000"
    assert browser.get(f"/feedback/{missing}/").status_code == 404


def test_the_page_takes_few_queries(signed_in, officer_jp, in_feedback):
    browser = signed_in(officer_jp)
    assert queries_of(browser, "/feedback/") <= 12
    release(revision(in_feedback, phase="final"))
    assert queries_of(browser, "/feedback/") <= 12
    assert queries_of(browser, address(in_feedback)) <= 12
