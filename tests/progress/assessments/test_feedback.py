"""Tests of feedback: a table is opened, delegations comment, the body answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from audit.models import Event
from progress import limits
from progress.actions.assessments.cells import save_cell
from progress.actions.assessments.feedback import (
    answer_comment,
    comment_on,
    open_feedback,
)
from progress.assessments.cells import CellText
from progress.models import AssessmentComment, AssessmentTable
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    comments_of,
    make_table,
    release,
    revision,
    score,
    table_in_feedback,
)

DAY = timedelta(days=1)


@pytest.fixture
def draft(stocktake, assessor) -> AssessmentTable:
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    return table


@pytest.fixture
def opened(stocktake, assessor) -> AssessmentTable:
    return table_in_feedback(assessor.body, stocktake)


def open_until(table, by, *, days=7, audience="body") -> AssessmentTable:
    at = datetime.now(UTC)
    return open_feedback(
        table=table,
        until=at + timedelta(days=days),
        comments_audience=audience,
        by=by,
        at=at,
    )


def comment(table, by, text="Our act is of May.", at=None) -> AssessmentComment:
    mine = cell(table, "1.1.1", "JP")
    return comment_on(assessment=mine, text=text, by=by, at=at or datetime.now(UTC))


def answer(comment, by, text="We have seen it.") -> AssessmentComment:
    return answer_comment(comment=comment, text=text, by=by, at=datetime.now(UTC))


def test_a_table_is_opened_to_the_delegations(draft, assessor):
    opened = open_until(draft, assessor, audience="delegations")
    assert opened.state == "in_feedback"
    assert opened.comments_audience == "delegations"
    assert opened.feedback_opened_by == assessor
    assert opened.feedback_opened_at
    assert opened.feedback_until
    assert opened.takes_comments(opened.feedback_opened_at)
    assert not opened.takes_comments(opened.feedback_until)
    event = Event.objects.get(verb="assessment_table.open_feedback")
    assert event.data["comments_audience"] == "delegations"


@pytest.mark.parametrize("days", [0, 0.9, 400])
def test_a_deadline_that_is_too_near_or_too_far_is_refused(draft, assessor, days):
    with pytest.raises(ValidationError) as refusal:
        open_until(draft, assessor, days=days)
    assert set(refusal.value.error_dict) == {"until"}


def test_who_reads_the_comments_must_be_chosen(draft, assessor):
    with pytest.raises(ValidationError) as refusal:
        open_until(draft, assessor, days=0, audience="")
    assert set(refusal.value.error_dict) == {"comments_audience", "until"}


def test_an_incomplete_table_is_not_opened(stocktake, draft, assessor):
    save_cell(
        assessment=cell(draft, "2.1", "DE"),
        version=1,
        fields=CellText(score="0"),
        by=assessor,
        at=datetime.now(UTC),
    )
    with pytest.raises(ValidationError) as refusal:
        open_until(draft, assessor)
    assert refusal.value.code == "incomplete"


def test_a_delegation_comments_and_the_body_answers(opened, assessor, officer_jp):
    first = comment(opened, officer_jp)
    assert (first.member_id, first.written_by) == ("JP", officer_jp)
    reply = answer(first, assessor)
    assert reply.is_answer
    assert comments_of(opened) == [first, reply]
    assert (reply.member_id, reply.answers) == (None, first)
    verbs = {"assessment_comment.add", "assessment_comment.answer"}
    events = Event.objects.filter(verb__in=verbs)
    assert {event.member for event in events} == {"JP"}


def test_a_comment_is_answered_once(opened, assessor, officer_jp):
    first = comment(opened, officer_jp)
    answer(first, assessor)
    with pytest.raises(ValidationError) as refusal:
        answer(first, assessor)
    assert refusal.value.code == "answered"


def test_an_answer_is_not_answered(opened, assessor, officer_jp):
    reply = answer(comment(opened, officer_jp), assessor)
    with pytest.raises(AssessmentComment.DoesNotExist):
        answer(reply, assessor)


def test_a_comment_counts_before_the_deadline_alone(opened, officer_jp):
    until = opened.feedback_until
    comment(opened, officer_jp, at=until - timedelta(microseconds=1))
    with pytest.raises(ValidationError, match="does not take comments") as refusal:
        comment(opened, officer_jp, at=until)
    assert refusal.value.code == "illegal_transition"


@pytest.mark.parametrize("is_released_before", [False, True])
def test_comments_end_with_the_release_of_the_final_scores(
    opened, officer_jp, is_released_before
):
    """A revision that is only begun is the body's secret, and ends nothing."""
    interim = release(opened) if is_released_before else opened
    final = revision(interim, phase="final")
    first = comment(interim, officer_jp)
    release(final)
    with pytest.raises(ValidationError, match="does not take comments"):
        comment(interim, officer_jp, "Too late.")
    assert comments_of(interim) == [first]


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_comment_after_the_final_scores(opened, officer_jp):
    release(revision(opened, phase="final"))
    with pytest.raises(IntegrityError, match="a final table is released"):
        AssessmentComment.objects.create(
            assessment=cell(opened, "1.1.1", "JP"),
            text="Too late.",
            member_id="JP",
            written_by=officer_jp,
            written_at=datetime.now(UTC),
        )


@pytest.mark.parametrize(
    "text", ["", " \n ", "A\x00B", "A\u202eB", "x" * (limits.COMMENT + 1)]
)
def test_a_text_that_cannot_be_kept_is_refused(opened, assessor, officer_jp, text):
    with pytest.raises(ValidationError) as refusal:
        comment(opened, officer_jp, text)
    assert set(refusal.value.error_dict) == {"text"}
    first = comment(opened, officer_jp)
    with pytest.raises(ValidationError) as refusal:
        answer(first, assessor, text)
    assert set(refusal.value.error_dict) == {"text"}
    assert comments_of(opened) == [first]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "قانون", "法律です。"])
def test_a_text_is_kept_as_typed(opened, officer_jp, text):
    assert comment(opened, officer_jp, text).text == text


def test_a_stranger_does_not_learn_of_a_comment(opened, officer_jp, officer_fr):
    first = comment(opened, officer_jp)
    with pytest.raises(AssessmentComment.DoesNotExist):
        answer(first, officer_fr)
