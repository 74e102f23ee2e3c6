"""Whether each released score agrees with its record, its table and its guideline.

The database checks most of it when a release is committed.
"""

from collections.abc import Generator

from django.db import DEFAULT_DB_ALIAS

from progress.ledger.assessment_content import IN_ORDER
from progress.ledger.reading import chunks_of
from progress.ledger.verification import score_name
from progress.models import AssessmentTable

# The first that applies is named.
_FAULTS = {
    "it is released and has no record in the ledger": (
        "record.sequence IS NULL AND is_released AND assessment.score <> ''"
    ),
    "it has a record in the ledger and is not released": (
        "record.sequence IS NOT NULL AND NOT is_released"
    ),
    "it has a record in the ledger and no score": (
        "record.sequence IS NOT NULL AND assessment.score = ''"
    ),
    "its ledger record is of another kind": "record.kind <> 'assessment'",
    "its ledger record is of another time": (
        "record.recorded_at <> score_table.released_at"
    ),
    "its record does not have its place among those of its table": (
        "record.sequence <> assessment.place"
    ),
    "it is scored without a guideline that was published before": (
        "assessment.score <> '' AND is_released"
        " AND (guideline.published_at <= assessment.scored_at) IS NOT TRUE"
    ),
    "its guideline is of another body or another commitment": (
        "guideline.body_id <> score_table.body_id"
        " OR guideline.commitment_id <> owed.commitment_id"
    ),
}
_FAULT = " ".join(f"WHEN {when} THEN '{fault}'" for fault, when in _FAULTS.items())
# A record's place follows from the first one of its table. Only records after a number
# are read, and what has none.
WRONG_RELEASES = f"""
    SELECT * FROM (
        SELECT assessment.ledger_record_id AS sequence, score_table.body_id,
            commitment.code, owed.member_id, assessment.id,
            CASE {_FAULT} END AS fault
        FROM progress_assessmenttable AS score_table
        JOIN (
            SELECT assessment.*, CASE WHEN assessment.ledger_record_id IS NOT NULL THEN
                min(assessment.ledger_record_id) OVER of_table - 1 + count(*)
                    FILTER (WHERE assessment.ledger_record_id IS NOT NULL)
                    OVER (of_table ORDER BY {IN_ORDER}) END AS place
            FROM progress_assessment AS assessment
            JOIN commitments_membercommitment AS owed
                ON owed.id = assessment.member_commitment_id
            JOIN commitments_commitment AS commitment
                ON commitment.id = owed.commitment_id
            WINDOW of_table AS (PARTITION BY assessment.table_id)
        ) AS assessment ON assessment.table_id = score_table.id
        JOIN commitments_membercommitment AS owed
            ON owed.id = assessment.member_commitment_id
        JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
        LEFT JOIN progress_guideline AS guideline
            ON guideline.id = assessment.guideline_id
        LEFT JOIN progress_ledgerrecord AS record
            ON record.sequence = assessment.ledger_record_id
        CROSS JOIN LATERAL (SELECT score_table.state = 'released' AS is_released) AS now
        WHERE COALESCE(assessment.ledger_record_id, %(after)s + 1) > %(after)s
    ) AS score
    WHERE fault IS NOT NULL ORDER BY sequence, id
"""  # noqa: S608 - our own names only


def wrong_releases(*, after: int = 0, using: str = DEFAULT_DB_ALIAS) -> Generator[str]:
    """Yield a sentence for each score that contradicts its record or its table.

    Only those after a record's number are read, and those without one, by one query.
    `using` is the database's alias.
    """
    for rows in chunks_of(WRONG_RELEASES, {"after": after}, using=using):
        yield from map(_finding, rows)


def _finding(row: tuple[object, ...]) -> str:
    sequence, body, commitment, member, key, fault = row
    name = score_name(str(body), str(commitment), str(member), key)
    return f"Record {sequence}, {name}: {fault}." if sequence else f"{name}: {fault}."


def count_releases() -> int:
    """Return how many score tables are released."""
    return AssessmentTable.objects.filter(state=AssessmentTable.State.RELEASED).count()
