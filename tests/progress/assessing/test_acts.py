"""Tests of what a body does with a whole table: each page asks first."""

from datetime import UTC, datetime, timedelta

import pytest

from progress.models import AssessmentTable
from tests.progress.assessments.scoring import (
    cell,
    release,
    revision,
    score,
    table_in_feedback,
)
from tests.progress.editing import page
from tests.progress.reading import words_of

FR = ("1.1.1", "FR")


def url_of(table, act):
    return f"/assessing/{table.pk}/{act}/"


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def feedback(**fields):
    return {
        "version": 1,
        "until": in_days(7),
        "comments_audience": "delegations",
        **fields,
    }


# ---- Release -------------------------------------------------------------------------


def test_release_page_says_what_is_frozen_and_names_the_blanks(table, browser):
    score(table, {FR: "1", ("1.1.1", "DE"): "-1"})
    shown = words_of(browser.get(url_of(table, "release")))
    assert "You cannot undo this." in shown
    assert "+1: Full compliance 1" in shown
    assert "−1: No compliance 1" in shown
    assert "Not scored 30" in shown
    assert "30 cells stay blank" in shown
    assert "1.1.1 Canada, Italy, Japan" in shown
    assert "TLP:GREEN: all delegations, observers" in shown


def test_a_table_is_released_to_the_chosen_audience(table, browser, assessor):
    score(table, {FR: "1"})
    sent = {"version": 1, "handling": "clear"}
    answer = browser.post(url_of(table, "release"), sent)
    assert answer.url == f"/assessing/{table.pk}/"
    table.refresh_from_db()
    assert (table.state, table.handling) == ("released", "clear")
    assert table.released_by == assessor
    assert "The table is released." in words_of(browser.get(answer.url))


def test_a_second_press_says_the_same(table, browser):
    score(table, {FR: "1"})
    sent = {"version": 1, "handling": "green"}
    for _time in range(2):
        answer = browser.post(url_of(table, "release"), sent)
        assert answer.url == f"/assessing/{table.pk}/"


def test_a_second_press_for_other_readers_says_that_it_was_not_done(table, browser):
    score(table, {FR: "1"})
    sent = {"version": 1, "handling": "clear"}
    first = browser.post(url_of(table, "release"), sent)
    assert "The table is released." in words_of(browser.get(first.url))
    answer = browser.post(url_of(table, "release"), sent | {"handling": "green"})
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "This is not possible now" in shown
    assert "The table is released." not in shown


@pytest.mark.parametrize("act", ["release", "feedback"])
def test_a_table_that_is_not_ready_names_what_is_missing(table, browser, act):
    shown = words_of(browser.get(url_of(table, act)))
    assert "Score at least one cell of the table first." in shown
    score(table, {FR: "1"}, rationale=" ")
    answer = browser.get(url_of(table, act))
    shown = words_of(answer)
    assert "1 score has no rationale. Write it first. France 1.1.1" in shown
    assert '<form class="form"' not in page(answer)


@pytest.mark.parametrize("act", ["release", "feedback"])
def test_cells_with_words_and_no_score_are_named(table, browser, act):
    score(table, {FR: "1", ("1.1.1", "DE"): "1"})
    one = cell(table, "1.1.1", "DE")
    taken_back = {"version": 2, "score": "", "rationale": "", "sources": "A source."}
    assert browser.post(f"/assessing/{table.pk}/cells/{one.pk}/", taken_back).url
    answer = browser.get(url_of(table, act))
    assert (
        "1 cell has words and no score. Score it, or clear its words. What you wrote"
        " about a cell without a score stays with your body. Germany 1.1.1"
    ) in words_of(answer)
    assert '<form class="form"' not in page(answer)


def test_release_of_what_is_not_ready_is_refused(table, browser):
    score(table, {FR: "1"}, rationale=" ")
    answer = browser.post(url_of(table, "release"), {"version": 1, "handling": "green"})
    assert answer.status_code == 422
    table.refresh_from_db()
    assert table.state == "draft"


@pytest.mark.parametrize("handling", ["", "amber", "everyone"])
def test_release_needs_a_known_audience(table, browser, handling):
    score(table, {FR: "1"})
    answer = browser.post(
        url_of(table, "release"), {"version": 1, "handling": handling}
    )
    assert answer.status_code == 422
    assert "Who reads the table:" in page(answer)


def test_a_table_that_changed_since_is_asked_about_again(table, browser):
    score(table, {FR: "1"})
    answer = browser.post(url_of(table, "release"), {"version": 7, "handling": "clear"})
    assert answer.status_code == 409
    assert "Another person changed this table after you opened it" in page(answer)
    table.refresh_from_db()
    assert table.state == "draft"


@pytest.mark.parametrize("act", ["release", "feedback", "discard"])
def test_what_the_state_does_not_allow_is_explained(table, browser, act):
    score(table, {FR: "1"})
    release(table)
    for answer in (
        browser.get(url_of(table, act)),
        browser.post(url_of(table, act), {"version": 2, "handling": "green"}),
    ):
        assert answer.status_code in {409, 422}
    assert "This is not possible now" in page(browser.get(url_of(table, act)))


# ---- Feedback ------------------------------------------------------------------------


def test_feedback_is_opened_until_a_time_in_the_reader_s_zone(table, browser, assessor):
    score(table, {FR: "1"})
    assessor.time_zone = "Asia/Tokyo"
    assessor.save()
    shown = words_of(browser.get(url_of(table, "feedback")))
    assert "Your time zone is Asia/Tokyo." in shown
    assert "You cannot change this later." in shown
    answer = browser.post(
        url_of(table, "feedback"), feedback(until=in_days(7)[:10] + "T09:30")
    )
    assert answer.status_code == 302
    table.refresh_from_db()
    assert (table.state, table.comments_audience) == ("in_feedback", "delegations")
    assert (table.feedback_until.hour, table.feedback_until.minute) == (0, 30)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"until": in_days(0)}, "Comments until:"),
        ({"until": in_days(900)}, "Comments until:"),
        ({"until": "soon"}, "Comments until:"),
        ({"until": ""}, "Comments until:"),
        ({"comments_audience": ""}, "Who reads comments and answers:"),
        ({"comments_audience": "all"}, "Who reads comments and answers:"),
    ],
)
def test_wrong_terms_of_feedback_are_named(table, browser, fields, label):
    score(table, {FR: "1"})
    answer = browser.post(url_of(table, "feedback"), feedback(**fields))
    assert answer.status_code == 422
    assert label in page(answer)
    table.refresh_from_db()
    assert table.state == "draft"


# ---- Revise and discard --------------------------------------------------------------


@pytest.mark.parametrize("phase", ["interim", "final"])
def test_a_revision_begins_in_the_chosen_phase(assessor, stocktake, browser, phase):
    table = table_in_feedback(assessor.body, stocktake)
    answer = browser.post(url_of(table, "revise"), {"version": 2, "phase": phase})
    new = AssessmentTable.objects.get(supersedes=table)
    assert answer.url == f"/assessing/{new.pk}/"
    assert (new.phase, new.state, new.assessments.scored().count()) == (
        phase,
        "draft",
        3,
    )


def test_a_final_table_is_revised_by_a_final_one_only(assessor, stocktake, browser):
    table = release(revision(table_in_feedback(assessor.body, stocktake)))
    shown = words_of(browser.get(url_of(table, "revise")))
    assert "Phase of the new table" not in shown
    answer = browser.post(url_of(table, "revise"), {"version": 2, "phase": "final"})
    assert answer.status_code == 302
    new = AssessmentTable.objects.get(supersedes=table)
    assert new.phase == "final"


def test_a_table_with_a_revision_cannot_be_revised_again(assessor, stocktake, browser):
    table = table_in_feedback(assessor.body, stocktake)
    revision(table)
    answer = browser.get(url_of(table, "revise"))
    assert answer.status_code == 409
    assert "A revision of this table has begun." in page(answer)


def test_a_draft_is_discarded_after_a_question(table, browser):
    assert "You cannot undo this." in words_of(browser.get(url_of(table, "discard")))
    answer = browser.post(url_of(table, "discard"), {"version": 1})
    assert answer.url == "/assessing/"
    shown = words_of(browser.get(answer.url))
    assert "The draft is discarded." in shown
    assert "Begin a score table" in shown
    assert "This table was discarded" in words_of(
        browser.get(f"/assessing/{table.pk}/")
    )
