"""Tests of rows that break the rules of scores: the database refuses each.

A table, a cell, a guideline or a comment, however it is written.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Role
from progress.actions.assessments.guidelines import save_guideline
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
)
from tests.factories import (
    make_body,
    make_plan,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.progress.assessments.scoring import (
    SCORES,
    assessor_of,
    cell,
    make_guidelines,
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)

pytestmark = pytest.mark.django_db


def refused(act, words: str) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        _do_and_check(act)


def _do_and_check(act) -> None:
    """Act, and check at once what the database checks at the commit."""
    act()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def new_table(stocktake, **fields) -> AssessmentTable:
    body = fields.pop("body", None) or make_body()
    values = {
        "body": body,
        "stocktake": stocktake,
        "phase": "interim",
        "began_at": datetime.now(UTC),
        "began_by": assessor_of(body),
        **fields,
    }
    return AssessmentTable.objects.create(**values)


def test_a_table_begins_as_a_draft_of_its_own_body(stocktake, other_assessor):
    refused(lambda: new_table(stocktake, state="discarded"), "begin as a draft")
    refused(
        lambda: new_table(stocktake, began_by=other_assessor), "not begun by its own"
    )
    machine = make_user(Role.ASSESSOR, body=make_body(), is_service=True)
    refused(lambda: new_table(stocktake, began_by=machine), "not begun by its own")


def test_a_table_of_a_planned_stocktake_is_refused(plan, coordinator, second_reviewer):
    planned = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        opened_at=None,
        opened_by=None,
    )
    refused(lambda: new_table(planned), "has not opened")


def test_a_table_revises_the_newest_of_its_line(stocktake, assessor, other_assessor):
    first = released_table(assessor.body, stocktake, SCORES, phase="final")
    theirs = released_table(other_assessor.body, stocktake, SCORES)
    for fields in (
        {},
        {"number": 2, "supersedes": theirs, "phase": "final"},
        {"number": 3, "supersedes": first, "phase": "final"},
    ):
        refused(
            lambda fields=fields: new_table(stocktake, **fields), "the newest table"
        )
    refused(lambda: new_table(stocktake, number=2, supersedes=first), "is not final")
    draft = revision(first)
    refused(
        lambda: new_table(stocktake, number=3, supersedes=draft, phase="final"),
        "revises a draft",
    )


def step(table: AssessmentTable, **fields) -> None:
    AssessmentTable.objects.filter(pk=table.pk).update(**fields)


def releasing(by) -> dict[str, object]:
    return {"state": "released", "released_at": datetime.now(UTC), "released_by": by}


def opening(by) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "state": "in_feedback",
        "feedback_opened_at": now,
        "feedback_opened_by": by,
        "feedback_until": now + timedelta(days=2),
        "comments_audience": "body",
    }


def test_a_release_is_complete_and_by_the_body(stocktake, assessor, other_assessor):
    table = make_table(assessor.body, stocktake)
    refused(lambda: step(table, **releasing(assessor)), "it has no score")
    score(table, SCORES)
    refused(lambda: step(table, **releasing(other_assessor)), "not released by its own")
    refused(
        lambda: step(table, **releasing(assessor)), "score, and nothing else, has a"
    )
    mine = cell(table, "1.1.1", "JP")
    Assessment.objects.filter(pk=mine.pk).update(rationale="")
    refused(lambda: step(table, **releasing(assessor)), "a score has no rationale")


@pytest.mark.parametrize("field", ["rationale", "sources"])
def test_only_scores_have_words_once_others_read_them(stocktake, assessor, field):
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    blank = Assessment.objects.filter(pk=cell(table, "2.1", "EU").pk)
    blank.update(**{field: "Not sure yet."})
    fault = "a cell without a score has words"
    refused(lambda: step(table, **releasing(assessor)), fault)
    refused(lambda: step(table, **opening(assessor)), fault)


def test_a_table_is_opened_for_feedback_by_its_own_body(
    stocktake, assessor, other_assessor
):
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    refused(lambda: step(table, **opening(other_assessor)), "by its own body")
    at_once = {"feedback_until": datetime.now(UTC) - timedelta(days=1)}
    fields = opening(assessor) | at_once
    refused(lambda: step(table, **fields), "opened_for_feedback_by_somebody")


def test_a_table_with_a_revision_is_not_released(stocktake, assessor):
    table = table_in_feedback(assessor.body, stocktake, SCORES)
    revision(table)
    refused(lambda: step(table, **releasing(assessor)), "revision of it has begun")


def put(table, code="2.1", member="JP", **fields) -> None:
    mine = cell(table, code, member)
    values = {
        "score": "1",
        "rationale": "So.",
        "as_of": datetime.now(UTC).date(),
        "scored_at": datetime.now(UTC),
        "scored_by": assessor_of(table.body),
        **fields,
    }
    Assessment.objects.filter(pk=mine.pk).update(**values)


def test_a_guideline_is_published_before_its_score(stocktake, plan, assessor):
    table = make_table(assessor.body, stocktake)
    other = make_guidelines(make_body("policy-institute"), plan)
    own = {
        one.commitment.code: one
        for one in Guideline.objects.filter(body=assessor.body).select_related()
    }
    draft = save_guideline(
        commitment=own["2.1"].commitment,
        text="Next.",
        version=0,
        by=assessor,
        at=datetime.now(UTC),
    )
    assert own["2.1"].published_at
    early = own["2.1"].published_at - timedelta(seconds=1)
    words = "was not published before its score"
    refused(lambda: put(table, guideline=draft), words)
    refused(lambda: put(table, guideline=other["2.1"]), words)
    refused(lambda: put(table, guideline=own["1.1.1"]), words)
    refused(lambda: put(table, guideline=own["2.1"], scored_at=early), words)
    refused(lambda: put(table, guideline=None), "has_a_guideline_and_a_day")
    put(table, guideline=own["2.1"])
    assert cell(table, "2.1", "JP").score == "1"


@pytest.mark.parametrize("value", ["2", "-2", "+1", "0.5", "1 ", "n/a"])
def test_a_score_is_one_of_the_four(stocktake, assessor, value):
    table = make_table(assessor.body, stocktake)
    guideline = Guideline.objects.get(body=assessor.body, commitment__code="2.1")
    refused(
        lambda: put(table, guideline=guideline, score=value),
        "assessment_score_is_known",
    )


def test_a_phase_is_interim_or_final(stocktake):
    refused(
        lambda: new_table(stocktake, phase="other"), "assessment_table_phase_is_known"
    )


def test_the_audience_of_comments_is_one_of_three(stocktake, assessor):
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    now = datetime.now(UTC)
    opened = {
        "state": "in_feedback",
        "feedback_opened_at": now,
        "feedback_opened_by": assessor,
        "feedback_until": now + timedelta(days=7),
        "comments_audience": "everyone",
    }
    refused(
        lambda: AssessmentTable.objects.filter(pk=table.pk).update(**opened),
        "assessment_table_comments_audience_is_known",
    )


def test_a_cell_is_of_the_plan_of_its_table(stocktake, assessor):
    table = make_table(assessor.body, stocktake)
    owed = member_commitment_of(make_plan("another-plan"), "1.1.1", "JP")
    refused(
        lambda: Assessment.objects.create(table=table, member_commitment=owed),
        "not of the plan",
    )


def test_a_cell_is_added_to_a_draft_alone(stocktake, assessor):
    table = released_table(assessor.body, stocktake, SCORES)
    owed = member_commitment_of(make_plan("another-plan"), "1.1.1", "JP")
    refused(
        lambda: Assessment.objects.create(table=table, member_commitment=owed),
        "its table is released",
    )


def write(table, by, **fields) -> AssessmentComment:
    values = {
        "assessment": cell(table, "1.1.1", "JP"),
        "member_id": "JP",
        "text": "?",
        "written_at": datetime.now(UTC),
        "written_by": by,
        **fields,
    }
    return AssessmentComment.objects.create(**values)


def test_a_comment_is_of_the_delegation_of_its_cell_and_in_time(
    stocktake, assessor, officer_jp, officer_fr
):
    table = table_in_feedback(assessor.body, stocktake, SCORES)
    refused(lambda: write(table, officer_fr), "not of the delegation")
    refused(lambda: write(table, officer_fr, member_id="FR"), "not of the delegation")
    assert table.feedback_opened_at
    for written_at in (
        table.feedback_opened_at - timedelta(seconds=1),
        table.feedback_until,
    ):
        refused(
            lambda written_at=written_at: write(
                table, officer_jp, written_at=written_at
            ),
            "takes no comments then",
        )
    assert write(table, officer_jp).member_id == "JP"


def test_a_table_that_was_never_opened_takes_no_comments(
    stocktake, assessor, officer_jp
):
    table = released_table(assessor.body, stocktake, SCORES)
    refused(lambda: write(table, officer_jp), "takes no comments")


def test_an_answer_is_of_the_body_to_a_comment_before_a_final_table(
    stocktake, assessor, officer_jp, other_assessor
):
    table = table_in_feedback(assessor.body, stocktake, SCORES)
    comment = write(table, officer_jp)
    answer = {"member_id": None, "answers": comment, "text": "!"}
    refused(lambda: write(table, officer_jp, **answer), "not an answer of the body")
    refused(lambda: write(table, other_assessor, **answer), "not an answer of the body")
    elsewhere = cell(table, "1.1.1", "FR")
    refused(
        lambda: write(table, assessor, **answer, assessment=elsewhere),
        "does not answer a comment on its cell",
    )
    reply = write(table, assessor, **answer)
    refused(
        lambda: write(table, assessor, member_id=None, answers=reply),
        "does not answer a comment on its cell",
    )
    second = write(table, officer_jp)
    release(revision(table))
    refused(
        lambda: write(table, assessor, member_id=None, answers=second),
        "a final table is released",
    )


def test_a_guideline_is_published_by_its_own_body(plan, assessor, other_assessor):
    make_guidelines(assessor.body, plan, is_published=False)
    for person in (other_assessor, make_user(Role.ASSESSOR)):
        refused(
            lambda person=person: Guideline.objects.update(
                published_at=datetime.now(UTC), published_by=person
            ),
            "by its own body only",
        )


def test_only_the_present_time_can_be_recorded(stocktake, assessor, time_rules):
    table = make_table(assessor.body, stocktake)
    long_ago = datetime.now(UTC) - timedelta(days=2)
    words = "only the present time"
    body = make_body("policy-institute")
    refused(lambda: new_table(stocktake, body=body, began_at=long_ago), words)
    refused(lambda: _guideline(stocktake, written_at=long_ago), words)
    own = Guideline.objects.get(commitment__code="2.1")
    later = datetime.now(UTC) + timedelta(days=2)
    refused(lambda: put(table, guideline=own, scored_at=later), words)
    score(table, SCORES)
    refused(lambda: step(table, **releasing(assessor) | {"released_at": later}), words)
    feedback = {
        "state": "in_feedback",
        "feedback_opened_at": later,
        "feedback_opened_by": assessor,
        "feedback_until": later + timedelta(days=2),
        "comments_audience": "body",
    }
    refused(lambda: step(table, **feedback), words)


def _guideline(stocktake, **fields) -> Guideline:
    body = make_body("policy-institute")
    values = {"written_at": datetime.now(UTC), "written_by": assessor_of(body)}
    return Guideline.objects.create(
        body=body,
        commitment=stocktake.plan.commitments.get(code="2.1"),
        text="x",
        **{**values, **fields},
    )
