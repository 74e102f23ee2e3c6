"""Tests of what the database itself refuses of scores: to its owner as well.

What is released, open for feedback or discarded stays, and so do published guidelines
and comments.
"""

import os
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import sql

from progress.actions.assessments.feedback import answer_comment, comment_on
from progress.actions.assessments.guidelines import save_guideline
from progress.actions.assessments.tables import discard_table
from tests.factories import (
    make_stocktake,
)
from tests.progress.assessments.scoring import (
    cell,
    make_table,
    released_table,
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
