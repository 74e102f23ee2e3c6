"""The content that a ledger record covers: a whole published entry, as plain data.

After the first release no field may be renamed, changed or removed here: the hashes of
published entries would no longer match. A new field is left out where it is empty.
"""

from collections.abc import Mapping
from typing import Any

from progress.ledger.chain import as_json
from progress.ledger.json_sql import (
    array_sql,
    columns_sql,
    list_sql,
    object_sql,
    or_empty,
)
from progress.models import Entry, Evidence

# The fields of a content, by the row that holds them, and the names of its columns.
_ENTRY_FIELDS = {
    "id": "pk",
    "kind": "kind",
    "supersedes": "supersedes_id",
    "reason": "reason",
    "as_of": "as_of",
    "status": "status",
    "is_at_risk": "is_at_risk",
    "narrative": "narrative",
    "next_steps": "next_steps",
    "obstacles": "obstacles",
    "handling": "handling",
    "unchanged_since": "unchanged_since",
    "confirmed_at": "confirmed_at",
    "confirmed_by": "confirmed_by_id",
    "written_at": "written_at",
    "written_by": "written_by_id",
    "submitted_at": "submitted_at",
    "submitted_by": "submitted_by_id",
    "published_at": "published_at",
    "published_by": "published_by_id",
}
# Fields of later releases, left out where they are empty.
_LATER_FIELDS = {
    "language": "language",
    "publisher_member": "publisher_member_id",
    "was_clearance_needed": "was_clearance_needed",
}
EVIDENCE_FIELDS = {
    "id": "pk",
    "kind": "kind",
    "title": "title",
    "url": "url",
    "citation": "citation",
    "accessed_on": "accessed_on",
    "file_name": "file_name",
    "media_type": "media_type",
    "size": "size",
    "sha256": "sha256",
    "member": "member_id",
    "added_at": "added_at",
    "added_by": "added_by_id",
}


def content_with(entry: Entry, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    """Return everything that the publication froze, in JSON types.

    The evidence is what `evidence_sql` reads.
    """
    commitment = entry.member_commitment.commitment
    content = {
        "plan": commitment.plan.slug,
        "commitment": commitment.code,
        "member": entry.member_code,
        "stocktake": entry.stocktake.slug if entry.stocktake else None,
        **fields_of(entry, _ENTRY_FIELDS | _LATER_FIELDS),
        "evidence": evidence,
    }
    return _without_empty(content)


def fields_of(row: Entry | Evidence, fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: as_json(getattr(row, column)) for name, column in fields.items()}


def _without_empty(content: dict[str, Any]) -> dict[str, Any]:
    for name in _LATER_FIELDS:
        if content[name] in {None, ""}:
            del content[name]
    return content


def evidence_sql() -> str:
    """Return SQL for the evidence of a row `entry`, in order, as a JSON array."""
    return list_sql(
        _item_sql(),
        "progress_entryevidence AS link JOIN progress_evidence AS item"
        " ON item.id = link.evidence_id WHERE link.entry_id = entry.id",
        _ORDER,
    )


def all_evidence_sql(after: str) -> str:
    """Return SQL for the same of all entries whose record is after this number.

    It has the columns `sequence`, the number of the record, and `items`.
    """
    return f"""
        SELECT covered.ledger_record_id AS sequence,
            {array_sql(_item_sql(), _ORDER)} AS items
        FROM progress_entryevidence AS link
        JOIN progress_evidence AS item ON item.id = link.evidence_id
        JOIN progress_entry AS covered ON covered.id = link.entry_id
        WHERE covered.ledger_record_id > {after}
        GROUP BY covered.ledger_record_id
    """  # noqa: S608 - our own names only


_ORDER = "link.position"


def _item_sql() -> str:
    return object_sql(columns_sql(Evidence, EVIDENCE_FIELDS, "item"))


def content_sql(evidence: str) -> str:
    """Return SQL for the same content, as JSON: `content_text` completes it.

    `evidence` is SQL for its evidence. The query names its rows `entry`, `owed`,
    `commitment`, `plan` and `stocktake`.
    """
    return object_sql(
        {
            "plan": "plan.slug",
            "commitment": "commitment.code",
            "member": "owed.member_id",
            "stocktake": "stocktake.slug",
            "evidence": or_empty(evidence),
            **columns_sql(Entry, _ENTRY_FIELDS | _LATER_FIELDS, "entry"),
        }
    )


# The fields of later releases where they are empty. A text cannot hold these bytes: its
# own quotes are escaped.
_EMPTY = [
    f',"{name}":{value}'.encode() for name in _LATER_FIELDS for value in ('""', "null")
]


def content_text(text: str) -> bytes:
    """Return the content that `content_sql` gave, without empty fields, as JSON."""
    content = text.encode()
    for empty in _EMPTY:
        content = content.replace(empty, b"")
    return content
