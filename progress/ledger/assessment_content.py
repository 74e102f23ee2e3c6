"""The content that a ledger record covers: a whole released score, as plain data.

It has the score with its words, the guideline that it follows, and the table that was
released. After the first release no field may be renamed, changed or removed here. A
new field is left out where it is empty.
"""

from typing import Any

import orjson
from django.db import connections

from progress.ledger.json_sql import columns_sql, object_sql
from progress.models import Assessment, AssessmentTable, Guideline

# The fields of a content, by the row that holds them, and the names of its columns.
CELL_FIELDS = {
    "id": "pk",
    "score": "score",
    "rationale": "rationale",
    "sources": "sources",
    "as_of": "as_of",
    "guideline": "guideline_id",
    "scored_at": "scored_at",
    "scored_by": "scored_by_id",
}
TABLE_FIELDS = {
    "table": "pk",
    "body": "body_id",
    "phase": "phase",
    "number": "number",
    "supersedes": "supersedes_id",
    "handling": "handling",
    "released_at": "released_at",
    "released_by": "released_by_id",
}
# What each score of a table is read with: how many scores there are, and the guideline.
# Legal erasure keeps the hash of a guideline's text, which a content names.
BESIDE_SCORES = """
    LEFT JOIN (
        SELECT table_id, count(*) AS scores FROM progress_assessment
        WHERE score <> '' GROUP BY table_id
    ) AS tally ON tally.table_id = score_table.id
    LEFT JOIN (
        SELECT text.id, text.number, text.published_at, COALESCE(erased.content_sha256,
            encode(sha256(convert_to(text.text, 'UTF8')), 'hex')) AS text_sha256
        FROM progress_guideline AS text
        LEFT JOIN progress_tombstone AS erased ON erased.guideline_id = text.id
    ) AS guideline ON guideline.id = assessment.guideline_id
"""


def assessment_content_sql() -> str:
    """Return SQL for the content of a row `assessment`, as JSON.

    The query names its other rows `score_table`, `owed`, `commitment`, `plan` and
    `stocktake`, and has `BESIDE_SCORES`.
    """
    return object_sql(
        {
            "plan": "plan.slug",
            "stocktake": "stocktake.slug",
            "commitment": "commitment.code",
            "member": "owed.member_id",
            "scores": "tally.scores",
            "guideline_number": "guideline.number",
            "guideline_sha256": "guideline.text_sha256",
            **columns_sql(
                Guideline, {"guideline_published_at": "published_at"}, "guideline"
            ),
            **columns_sql(AssessmentTable, TABLE_FIELDS, "score_table"),
            **columns_sql(Assessment, CELL_FIELDS, "assessment"),
        }
    )


def contents_of_scores(
    table: AssessmentTable, *, using: str = "default"
) -> dict[str, dict[str, Any]]:
    """Return the content of each score of a table by its id, in the order of the plan.

    Commitments are in that order, and the members of each by their code.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_contents_sql(), [table.pk])
        rows: list[tuple[str, str]] = cursor.fetchall()
    return {key: orjson.loads(content) for key, content in rows}


def _contents_sql() -> str:
    return f"""
        SELECT assessment.id::text, {assessment_content_sql()}::text
        FROM progress_assessment AS assessment
        JOIN progress_assessmenttable AS score_table
            ON score_table.id = assessment.table_id
        JOIN progress_stocktake AS stocktake ON stocktake.id = score_table.stocktake_id
        JOIN commitments_membercommitment AS owed
            ON owed.id = assessment.member_commitment_id
        JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
        JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
        {BESIDE_SCORES}
        WHERE assessment.table_id = %s AND assessment.score <> ''
        ORDER BY {IN_ORDER}
    """  # noqa: S608 - our own names only


# The order of a table's records.
IN_ORDER = "commitment.position, owed.member_id"
