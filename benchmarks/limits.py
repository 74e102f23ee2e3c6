"""The least that an answer can cost: the bare query, and orjson."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson
import psycopg

_ENTRIES = """
SELECT entry.id, owed.id, plan.slug, commitment.code, owed.member_id, stocktake.slug,
    entry.kind, entry.supersedes_id, entry.reason, entry.state, entry.as_of,
    entry.status, entry.is_at_risk, entry.language, entry.narrative, entry.next_steps,
    entry.obstacles, entry.handling, entry.unchanged_since, entry.written_at,
    entry.submitted_at, entry.published_at, stocktake.due_at
FROM progress_entry AS entry
JOIN commitments_membercommitment AS owed ON owed.id = entry.member_commitment_id
JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
LEFT JOIN progress_stocktake AS stocktake ON stocktake.id = entry.stocktake_id
WHERE entry.id = ANY(%s)
"""
_ENTRY_FIELDS = (
    "kind", "supersedes", "reason", "state", "as_of", "status", "is_at_risk",
    "language", "narrative", "next_steps", "obstacles", "handling", "unchanged_since",
    "written_at", "submitted_at", "published_at", "due_at",
)  # fmt: skip
_EVIDENCE = """
SELECT link.entry_id, evidence.id, evidence.kind, evidence.title, evidence.url,
    evidence.citation, evidence.accessed_on, evidence.file_name, evidence.media_type,
    evidence.size, evidence.sha256, evidence.member_id, evidence.added_at
FROM progress_entryevidence AS link
JOIN progress_evidence AS evidence ON evidence.id = link.evidence_id
WHERE link.entry_id = ANY(%s) ORDER BY link.entry_id, link.position
"""
_EVIDENCE_FIELDS = (
    "id", "kind", "title", "url", "citation", "accessed_on", "file_name", "media_type",
    "size", "sha256", "member", "added_at",
)  # fmt: skip
# What every reader's position needs, with one look into an index for each of them.
_POSITIONS = """
SELECT owed.id, plan.slug, commitment.code, owed.member_id, newest.*
FROM commitments_membercommitment AS owed
JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
LEFT JOIN LATERAL (
    SELECT entry.id, stocktake.slug, entry.as_of, entry.published_at, entry.status,
        entry.is_at_risk, entry.handling, entry.unchanged_since
    FROM progress_entry AS entry
    LEFT JOIN progress_stocktake AS stocktake ON stocktake.id = entry.stocktake_id
    WHERE entry.member_commitment_id = owed.id AND entry.state = 'published'
        AND entry.kind <> 'withdrawal' AND entry.as_of <= %(at)s
        AND entry.published_at <= %(known_at)s
        AND (entry.handling = ANY(%(handlings)s) OR owed.member_id = %(member)s)
        AND NOT EXISTS (
            SELECT FROM progress_entry AS successor
            WHERE successor.supersedes_id = entry.id AND successor.state = 'published'
                AND successor.published_at <= %(known_at)s)
    ORDER BY entry.as_of DESC, entry.published_at DESC, entry.ledger_record_id DESC
    LIMIT 1
) AS newest ON true
WHERE plan.slug = %(plan)s
ORDER BY commitment.position, owed.member_id LIMIT %(limit)s
"""
_NEWEST = ") AS newest ON true\n"
_KNOWN = """
LEFT JOIN LATERAL (
    SELECT lead_authority, target_on FROM commitments_leadandtargetversion AS version
    WHERE version.member_commitment_id = owed.id AND version.set_at <= %(known_at)s
    ORDER BY version.id DESC LIMIT 1
) AS known ON true
"""
# The same with the lead authority and the target date: one more look into an index.
_POSITIONS_WITH_LEADS = _POSITIONS.replace("newest.*\n", "newest.*, known.*\n").replace(
    _NEWEST, _NEWEST + _KNOWN
)
_POSITION_FIELDS = (
    "entry", "stocktake", "as_of", "published_at", "status", "is_at_risk", "handling",
    "unchanged_since", "lead_authority", "target_on",
)  # fmt: skip


def entries(connection: psycopg.Connection, ids: Sequence[str]) -> bytes:
    """Return these entries with their evidence as JSON, by two queries."""
    rows = connection.execute(_ENTRIES, [list(ids)]).fetchall()
    evidence = defaultdict(list)
    for entry, *values in connection.execute(_EVIDENCE, [list(ids)]):
        evidence[entry].append(dict(zip(_EVIDENCE_FIELDS, values, strict=True)))
    return orjson.dumps(
        {
            "results": [
                {
                    "id": row[0],
                    "member_commitment": _owed(row[1:5]),
                    "stocktake": row[5],
                    **dict(zip(_ENTRY_FIELDS, row[6:], strict=True)),
                    "evidence": evidence[row[0]],
                }
                for row in rows
            ]
        }
    )


def _owed(row: Sequence[Any]) -> dict[str, object]:
    names = ("id", "plan", "commitment", "member")
    return dict(zip(names, row, strict=True))


def position_rows(
    connection: psycopg.Connection, plan: str, reader: tuple[list[str], str],
    clocks: tuple[date, datetime], limit: int = 1000, query: str = _POSITIONS,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Return the positions of a plan. `reader`: labels they read, and their member."""
    handlings, member = reader
    at, known_at = clocks
    values = {
        "plan": plan, "handlings": handlings, "member": member, "at": at,
        "known_at": known_at, "limit": limit,
    }  # fmt: skip
    return connection.execute(query, values).fetchall()


def positions(
    connection: psycopg.Connection, plan: str, reader: tuple[list[str], str],
    clocks: tuple[date, datetime], limit: int = 1000,
) -> bytes:  # fmt: skip
    """Return the positions of a plan as JSON."""
    query = _POSITIONS_WITH_LEADS
    rows = position_rows(connection, plan, reader, clocks, limit, query)
    return orjson.dumps(
        {
            "results": [
                {
                    "member_commitment": _owed(row[:4]),
                    **dict(zip(_POSITION_FIELDS, row[4:], strict=True)),
                }
                for row in rows
            ]
        }
    )
