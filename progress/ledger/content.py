"""The content that a ledger record covers: a whole published entry, as plain data.

After the first release no field may be renamed, changed or removed here: the hashes of
published entries would no longer match. A new field is left out where it is empty.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from progress.ledger.chain import instant
from progress.models import Entry, Evidence


def content_of(entry: Entry, evidence: Iterable[Evidence]) -> dict[str, Any]:
    """Return everything that the publication froze, in JSON types.

    `evidence` is the entry's evidence, in order.
    """
    commitment = entry.member_commitment.commitment
    content = {
        "id": str(entry.pk),
        "plan": commitment.plan.slug,
        "commitment": commitment.code,
        "member": entry.member_code,
        "stocktake": entry.stocktake.slug if entry.stocktake else None,
        "kind": entry.kind,
        "supersedes": _id(entry.supersedes_id),
        "reason": entry.reason,
        "as_of": entry.as_of.isoformat(),
        "status": entry.status,
        "is_at_risk": entry.is_at_risk,
        "narrative": entry.narrative,
        "next_steps": entry.next_steps,
        "obstacles": entry.obstacles,
        "handling": entry.handling,
        "evidence": [_evidence(item) for item in evidence],
        "unchanged_since": _day(entry.unchanged_since),
        "confirmed_at": _instant(entry.confirmed_at),
        "confirmed_by": _id(entry.confirmed_by_id),
        "written_at": instant(entry.written_at),
        "written_by": str(entry.written_by_id),
        "submitted_at": _instant(entry.submitted_at),
        "submitted_by": _id(entry.submitted_by_id),
        "published_at": _instant(entry.published_at),
        "published_by": _id(entry.published_by_id),
    }
    # Fields of later releases, left out where they are empty.
    later = {
        "language": entry.language or None,
        "publisher_member": entry.publisher_member_id,
        "was_clearance_needed": entry.was_clearance_needed,
    }
    return content | {name: value for name, value in later.items() if value is not None}


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "id": str(item.pk),
        "kind": item.kind,
        "title": item.title,
        "url": item.url,
        "citation": item.citation,
        "accessed_on": _day(item.accessed_on),
        "file_name": item.file_name,
        "media_type": item.media_type,
        "size": item.size,
        "sha256": item.sha256,
        "member": item.member_id,
        "added_at": instant(item.added_at),
        "added_by": str(item.added_by_id),
    }


def _id(pk: object) -> str | None:
    return None if pk is None else str(pk)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)
