"""The words of each entry, what a report prints beside them, and its dead links."""

from datetime import datetime
from typing import TypedDict, cast

from django.template.defaultfilters import filesizeformat

from accounts.dates import utc_day
from progress.models import Entry, Evidence, FileHold
from progress.positions.figures import Status
from progress.positions.position import Position
from reports.snapshot.moments import day
from reports.snapshot_schema import (
    DeadLink,
    EntryPart,
    EvidenceKind,
    EvidenceRow,
    FilePart,
    HandlingLabel,
    Moment,
    WithheldFile,
)


def entry_part(position: Position, entry: Entry) -> EntryPart:
    """Return the entry that is a position, with its evidence."""
    published_at, record = entry.published_at, entry.ledger_record
    assert published_at is not None  # noqa: S101 - a position is published
    assert record is not None  # noqa: S101 - and so in the ledger
    return {
        "status": cast("Status", entry.status),
        "as_of": day(entry.as_of),
        "published_at": day(utc_day(published_at)),
        "handling": cast("HandlingLabel", entry.handling),
        "language": entry.language,
        "narrative": entry.narrative,
        "next_steps": entry.next_steps,
        "obstacles": entry.obstacles,
        "evidence": [_evidence(link.evidence) for link in entry.evidence_links.all()],
        "is_at_risk": entry.is_at_risk,
        "is_late": entry.is_late,
        "is_correction": position.is_correction,
        "shows_again": position.shows_again,
        **_confirmation(entry),
        "content_sha256": record.content_sha256,
    }


class _Confirmation(TypedDict):
    unchanged_since: Moment | None
    confirmed_at: Moment | None


def _confirmation(entry: Entry) -> _Confirmation:
    """Return since when the text is unchanged, and when that was confirmed (rule 9).

    Only earlier entries that the audience may read count.
    """
    since, confirmed_at = entry.visible_unchanged_since, entry.confirmed_at
    if since is None or confirmed_at is None:
        return {"unchanged_since": None, "confirmed_at": None}
    return {
        "unchanged_since": day(since),
        "confirmed_at": day(utc_day(confirmed_at)),
    }


def _evidence(item: Evidence) -> EvidenceRow:
    return {
        "kind": cast("EvidenceKind", item.kind),
        "title": item.title,
        "url": item.url,
        "accessed_on": day(item.accessed_on) if item.accessed_on else None,
        "citation": item.citation,
        "file": _file(item) if item.kind == Evidence.Kind.FILE else None,
    }


def dead_links_of(entry: Entry, *, known_at: datetime) -> list[DeadLink]:
    """Return the links of an entry that had been found dead by then."""
    links = enumerate(entry.evidence_links.all(), 1)
    return [
        {"number": number, "since": since}
        for number, link in links
        if (since := _dead_since(link.evidence, known_at))
    ]


def withheld_files_of(entry: Entry, *, known_at: datetime) -> list[WithheldFile]:
    """Return the files of an entry that had been withheld by then."""
    links = enumerate(entry.evidence_links.all(), 1)
    return [
        {"number": number, "words": str(FileHold.VIRUS.label)}
        for number, link in links
        if _is_withheld(link.evidence, known_at)
    ]


def _is_withheld(item: Evidence, known_at: datetime) -> bool:
    """Return whether a file is withheld, if a scan had found that by then."""
    if item.hold is not FileHold.VIRUS:
        return False
    found_at = item.scan.scanned_at
    return found_at is not None and found_at <= known_at


def _dead_since(item: Evidence, known_at: datetime) -> Moment | None:
    """Return since when a link is dead, if a check had found that by then.

    Only the last check is stored. A report of an earlier instant knows nothing of it.
    """
    check = getattr(item, "link_check", None)
    if check is None or check.dead_since is None or check.checked_at is None:
        return None
    return day(utc_day(check.dead_since)) if check.checked_at <= known_at else None


def _file(item: Evidence) -> FilePart:
    return {
        "name": item.file_name,
        "size": filesizeformat(item.size or 0),
        "sha256": item.sha256,
    }
