"""Tests of the pages of questions between delegations."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from progress.models import Question, State
from tests.conversations import make_question
from tests.factories import make_entry, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import words_of

CANARY = "Canary-question"
OUTSIDERS = [
    "officer_of_the_chair", "former_coordinator", "second_reviewer", "observer",
    "assessor", "administrator",
]  # fmt: skip


@pytest.fixture
def published(plan, officer_jp, stocktake):
    def make(**fields):
        mine = member_commitment_of(plan, "1.2.2", "JP")
        values = {"state": State.PUBLISHED, "stocktake": stocktake, **fields}
        return make_entry(mine, by=officer_jp, **values)

    return make


def test_question_goes_from_page_to_page_and_back(
    signed_in, published, officer_fr, officer_jp
):
    entry = published()
    france, japan = signed_in(officer_fr), signed_in(officer_jp)
    assert "Ask a question" in words_of(france.get(f"/entries/{entry.pk}/"))
    assert "Ask a question" not in words_of(japan.get(f"/entries/{entry.pk}/"))
    url = f"/entries/{entry.pk}/questions/new/"
    due_on = (datetime.now(UTC) + timedelta(days=5)).date()
    sent = {"body": "<b>Which</b> agency?", "due_on": due_on.isoformat()}
    answered = france.post(url, sent, follow=True)
    assert "Your question is sent to the delegation." in words_of(answered)
    assert "&lt;b&gt;Which&lt;/b&gt; agency?" in page(answered)

    assert "1 question to answer" in words_of(japan.get("/"))
    question = Question.objects.get()
    url = f"/questions/{question.pk}/"
    assert url in page(japan.get("/questions/?state=open"))
    shown = words_of(japan.get(url))
    assert "France" in shown
    assert "Officer FR" not in shown
    answered = japan.post(url, {"answer": "The police.", "version": 1}, follow=True)
    assert "Your answer is sent to the delegation that asked." in words_of(answered)
    assert "question to answer" not in words_of(japan.get("/"))

    shown = words_of(france.get(f"/entries/{entry.pk}/"))
    assert "The police." in shown
    assert "Officer FR" in shown
    assert "Officer JP" not in shown


@pytest.mark.parametrize("handling", ["green", "amber"])
def test_the_entry_is_beside_its_question_for_who_may_read_it(
    signed_in, published, officer_fr, officer_jp, handling
):
    entry = published(narrative="Two agencies share the lead.", handling=handling)
    question = make_question(entry, by=officer_fr)
    url = f"/questions/{question.pk}/"
    assert "Two agencies share" in words_of(signed_in(officer_jp).get(url))
    asking = words_of(signed_in(officer_fr).get(url))
    assert ("Two agencies share" in asking) is (handling == "green")


@pytest.mark.parametrize(
    "sent",
    [{}, {"body": "x" * 2001, "due_on": "soon"}, {"body": "a\x00", "due_on": ""}],
)
def test_what_cannot_be_asked_comes_back_to_be_corrected(
    signed_in, published, officer_fr, sent
):
    entry = published()
    answered = signed_in(officer_fr).post(f"/entries/{entry.pk}/questions/new/", sent)
    assert answered.status_code == 422
    assert "Please correct 2 fields" in words_of(answered)
    if sent.get("due_on") == "soon":
        assert sent["body"] in page(answered)


def test_answer_that_came_second_is_kept_to_be_copied(
    signed_in, published, officer_fr, officer_jp, head_jp
):
    question = make_question(published(), by=officer_fr, answered_by=officer_jp)
    sent = {"answer": "The coast guard.", "version": 1}
    answered = signed_in(head_jp).post(f"/questions/{question.pk}/", sent)
    assert answered.status_code == 409
    shown = words_of(answered)
    assert "This question has already been answered" in shown
    assert "The coast guard." in shown
    assert "The police." in shown


def test_session_that_ended_keeps_the_answer(signed_in, published, officer_fr):
    question = make_question(published(), by=officer_fr)
    sent = {"answer": "A long answer. " * 20, "version": 1}
    answered = signed_in(None).post(f"/questions/{question.pk}/", sent)
    assert answered.status_code == 403
    assert "A long answer." in words_of(answered)


def test_no_page_of_others_holds_a_word_or_a_number_of_it(
    request, signed_in, published, officer_fr, officer_jp
):
    entry = published()
    entry_page = f"/entries/{entry.pk}/"
    urls = [
        "/",
        "/questions/",
        "/questions/?list=all&state=open",
        entry_page,
        "/matrix/",
    ]
    browsers = {who: signed_in(request.getfixturevalue(who)) for who in OUTSIDERS}

    def seen():
        return {
            (who, url): words_of(answered)
            for who, browser in browsers.items()
            for url in urls
            if (answered := browser.get(url)).status_code == 200
        }

    before = seen()
    question = make_question(entry, by=officer_fr, answered_by=officer_jp, body=CANARY)
    make_question(entry, by=officer_fr)
    assert seen() == before
    for browser in browsers.values():
        assert browser.get(f"/questions/{question.pk}/").status_code == 404
        assert browser.get(f"/questions/{uuid4()}/").status_code == 404


def test_lists_are_kept_apart_narrowed_and_ordered(
    signed_in, published, officer_jp, officer_fr, coordinator
):
    every = ["Late", "Today", "Soon", "Done"]
    for body, days in zip(every, (-3, 0, 2, 5), strict=True):
        make_question(
            published(),
            by=officer_fr,
            body=f"{body} one",
            due_on=datetime.now(UTC).date() + timedelta(days=days),
            answered_by=officer_jp if body == "Done" else None,
        )
    japan = signed_in(officer_jp)

    def bodies(query, browser=japan):
        shown = words_of(browser.get(f"/questions/?{query}"))
        found = {shown.find(f"{one} one"): one for one in every}
        return [one for place, one in sorted(found.items()) if place >= 0]

    assert bodies("") == every
    assert bodies("ordering=-due_on") == ["Done", "Soon", "Today", "Late"]
    assert bodies("state=open") == ["Late", "Today", "Soon"]
    assert bodies("state=overdue") == ["Late"]
    assert bodies("state=answered") == ["Done"]
    assert bodies("list=by-us") == []
    assert bodies("list=all") == every  # there is no such list here
    assert bodies("list=by-us", signed_in(officer_fr)) == every
    assert bodies("", signed_in(coordinator)) == []
    assert bodies("list=all", signed_in(coordinator)) == every
    nonsense = "state=x&list=y&ordering=answer&page=999"
    assert bodies(nonsense) == every
    assert "Overdue" in words_of(japan.get("/questions/"))
    assert "1 overdue" in words_of(japan.get("/"))


def test_long_list_has_pages_and_few_queries(
    signed_in, published, officer_jp, officer_fr, django_assert_max_num_queries
):
    entry = published()
    for number in range(60):
        make_question(entry, by=officer_fr, body=f"Question {number}")
    browser = signed_in(officer_jp)
    for url in ("/questions/", "/questions/?page=2", f"/entries/{entry.pk}/"):
        with django_assert_max_num_queries(12):
            shown = words_of(browser.get(url))
    shown = words_of(browser.get("/questions/?page=2"))
    assert "Page 2" in shown
    assert "Next" not in shown
    assert "No questions found" in words_of(browser.get("/questions/?list=by-us"))
    assert shown
