"""Tests of what the database itself refuses of scores: to its owner as well.

What is released, open for feedback or discarded stays, and so do published guidelines
and comments. A table, a cell or a comment that breaks the rules is refused.
"""

import os
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from accounts.models import Role
from progress.actions.assessments.feedback import answer_comment, comment_on
from progress.actions.assessments.guidelines import save_guideline
from progress.actions.assessments.tables import discard_table
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
from tests.progress.tampering import as_superuser

TABLES = (
    "progress_guideline", "progress_assessmenttable", "progress_assessment",
    "progress_assessmentcomment",
)  # fmt: skip
SCORES = {("1.1.1", "JP"): "0", ("1.1.1", "FR"): "1"}
FROZEN = (
    "(SELECT id FROM progress_assessmenttable"
    " WHERE state IN ('released', 'in_feedback', 'discarded'))"
)
SHOWN = (
    "(SELECT id FROM progress_assessmenttable"
    " WHERE state IN ('released', 'in_feedback'))"
)
# Each of them changes a row that must stay.
CHANGES = [
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
    *(f"DELETE FROM {table}" for table in TABLES),
    *(
        f"UPDATE progress_guideline SET {what} WHERE published_at IS NOT NULL"
        for what in (
            "text = text || '.'",
            "published_at = NULL, published_by_id = NULL",
            "published_at = published_at + interval '1 second'",
            "number = number + 7",
            "version = version + 1",
            "written_at = written_at - interval '1 day'",
        )
    ),
    "UPDATE progress_guideline SET body_id = 'policy-institute'",
    *(
        f"UPDATE progress_assessmenttable SET {what} WHERE id IN {FROZEN}"
        for what in (
            "state = 'draft', released_at = NULL, released_by_id = NULL",
            "state = 'discarded', released_at = NULL, released_by_id = NULL",
            "released_at = released_at - interval '1 second', number = number + 7",
            "phase = 'final'",
            "body_id = 'policy-institute'",
            "began_at = began_at - interval '1 day'",
        )
    ),
    "UPDATE progress_assessmenttable SET handling = 'clear' WHERE state = 'released'",
    "UPDATE progress_assessmenttable SET version = 9 WHERE state = 'released'",
    "UPDATE progress_assessmenttable SET version = 9 WHERE state = 'discarded'",
    "UPDATE progress_assessmenttable SET comments_audience = 'readers'"
    " WHERE feedback_opened_at IS NOT NULL",
    "UPDATE progress_assessmenttable SET feedback_until = feedback_until"
    " + interval '1 day' WHERE feedback_opened_at IS NOT NULL",
    *(
        f"UPDATE progress_assessment SET {what} WHERE table_id IN {FROZEN}"
        for what in (
            "as_of = as_of - 1",
            "rationale = rationale || '.'",
            "sources = 'x'",
            "version = version + 1",
            "scored_at = scored_at - interval '1 day'",
        )
    ),
    f"UPDATE progress_assessment SET ledger_record_id = NULL WHERE table_id IN {SHOWN}"
    " AND ledger_record_id IS NOT NULL",
    "UPDATE progress_assessment SET table_id = (SELECT id FROM"
    " progress_assessmenttable WHERE state = 'discarded' LIMIT 1)",
    "UPDATE progress_assessmentcomment SET text = 'x'",
    "UPDATE progress_assessmentcomment SET member_id = 'FR'"
    " WHERE member_id IS NOT NULL",
]


@pytest.fixture
def everything_there(
    plan, stocktake, coordinator, second_reviewer, assessor, other_assessor, officer_jp
):
    """Tables in every state, guidelines of both kinds, a comment and its answer."""
    closed = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="closed",
        closed_at=datetime.now(UTC),
        closed_by=coordinator,
    )
    body, other = assessor.body, other_assessor.body
    shown = table_in_feedback(body, stocktake, SCORES)
    now = datetime.now(UTC)
    comment = comment_on(
        assessment=cell(shown, "1.1.1", "JP"), text="?", by=officer_jp, at=now
    )
    answer_comment(comment=comment, text="!", by=assessor, at=now)
    released_table(other, closed, SCORES)
    gone = make_table(other, stocktake)
    discard_table(table=gone, by=other_assessor, at=now)
    make_table(other, stocktake)
    save_guideline(
        commitment=plan.commitments.get(code="2.1"),
        text="Next.",
        version=0,
        by=assessor,
        at=now,
    )


def rows() -> dict[str, list[tuple[object, ...]]]:
    with as_superuser() as admin:
        return {
            table: admin.execute(
                sql.SQL("SELECT * FROM {} ORDER BY id").format(sql.Identifier(table))
            ).fetchall()
            for table in TABLES
        }


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("who", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_what_is_shown_or_discarded_stays(everything_there, who):
    before = rows()
    made = []
    with psycopg.connect(os.environ[who], autocommit=True) as session:
        for change in CHANGES:
            try:
                session.execute(change)
            except psycopg.DatabaseError:
                continue
            made.append(change)
    assert made == []
    assert rows() == before


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.long
def test_each_change_finds_a_row(everything_there):
    """So each refusal above comes from a rule, and not from an empty table."""
    idle = []
    with as_superuser() as admin:
        for change in CHANGES:
            if not change.startswith("UPDATE"):
                continue
            where = change.partition(" WHERE ")[2] or "true"
            if "SELECT id" in change.partition(" SET ")[2].partition(" WHERE ")[0]:
                where = "true"
            table = change.split()[1]
            query = f"SELECT count(*) FROM {table} WHERE {where}"
            if not admin.execute(query).fetchone()[0]:
                idle.append(change)
    assert idle == []


# ---- Rows that break the rules -------------------------------------------------------


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


def test_a_table_is_opened_for_feedback_by_its_own_body(
    stocktake, assessor, other_assessor
):
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    now = datetime.now(UTC)
    fields = {
        "state": "in_feedback",
        "feedback_opened_at": now,
        "feedback_opened_by": other_assessor,
        "feedback_until": now + timedelta(days=2),
        "comments_audience": "body",
    }
    refused(lambda: step(table, **fields), "by its own body")
    fields |= {"feedback_until": now, "feedback_opened_by": assessor}
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
    early = own["2.1"].published_at - timedelta(seconds=1)
    words = "was not published before its score"
    refused(lambda: put(table, guideline=draft), words)
    refused(lambda: put(table, guideline=other["2.1"]), words)
    refused(lambda: put(table, guideline=own["1.1.1"]), words)
    refused(lambda: put(table, guideline=own["2.1"], scored_at=early), words)
    refused(lambda: put(table, guideline=None), "has_a_guideline_and_a_day")
    put(table, guideline=own["2.1"])
    assert cell(table, "2.1", "JP").score == "1"


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
