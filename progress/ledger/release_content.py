"""What the trail holds of the release of a score table, read from the database.

Its scores are in the ledger. The trail adds what led to them: who began the table, who
opened it for feedback, and how many cells it has.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from django.db import connections

from progress.ledger.json_sql import columns_sql, object_sql
from progress.models import AssessmentTable

_FIELDS = {
    "body": "body_id",
    "stocktake": "stocktake_id",
    "phase": "phase",
    "number": "number",
    "supersedes": "supersedes_id",
    "handling": "handling",
    "began_at": "began_at",
    "began_by": "began_by_id",
    "feedback_opened_at": "feedback_opened_at",
    "feedback_opened_by": "feedback_opened_by_id",
    "feedback_until": "feedback_until",
    "comments_audience": "comments_audience",
    "released_at": "released_at",
    "released_by": "released_by_id",
}


def contents_of_releases(
    salts: Mapping[str, str], *, using: str = "default"
) -> dict[str, dict[str, Any]]:
    """Return the content of each of these tables by its id, if it is released.

    The first and the last record confirm all between them.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_sql(), [list(salts)])
        rows: list[tuple[str, str]] = cursor.fetchall()
    return {key: orjson.loads(content) for key, content in rows}


def _sql() -> str:
    content = object_sql(
        {
            "cells": "tally.cells",
            "scores": "tally.scores",
            "first_record": "first.sha256",
            "last_record": "last.sha256",
            "wording": "wording.content_sha256",
            **columns_sql(AssessmentTable, _FIELDS, "score_table"),
        }
    )
    return f"""
        SELECT score_table.id::text, {content}::text
        FROM unnest(%s::uuid[]) AS wanted (id)
        JOIN progress_assessmenttable AS score_table
            ON score_table.id = wanted.id AND score_table.state = 'released'
        JOIN progress_stocktake AS stocktake ON stocktake.id = score_table.stocktake_id
        JOIN commitments_plan AS plan ON plan.id = stocktake.plan_id
        LEFT JOIN progress_trailrecord AS wording
            ON wording.kind = 'plan' AND wording.subject = plan.slug
        JOIN LATERAL (
            SELECT count(*) AS cells, count(*) FILTER (WHERE score <> '') AS scores,
                min(ledger_record_id) AS first, max(ledger_record_id) AS last
            FROM progress_assessment WHERE table_id = score_table.id
        ) AS tally ON true
        LEFT JOIN progress_ledgerrecord AS first ON first.sequence = tally.first
        LEFT JOIN progress_ledgerrecord AS last ON last.sequence = tally.last
    """  # noqa: S608 - our own names only
