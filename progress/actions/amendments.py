"""After publication: a correction or a withdrawal supersedes, nothing is changed."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from audit.transactions import retried
from progress.actions.drafting import insert_draft
from progress.actions.transition import lock_for, require_reason
from progress.entries.text import EntryText
from progress.models import Entry
from progress.transitions import Verb


@retried
def correct_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Begin a draft that corrects a published entry, starting from its text."""
    published = lock_for(Verb.CORRECT, entry_id, version=version, by=by, at=at)
    return _supersede(published, Entry.Kind.CORRECTION, reason, by=by, at=at)


@retried
def withdraw_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Begin a draft that withdraws a published entry, keeping its text on record."""
    published = lock_for(Verb.WITHDRAW, entry_id, version=version, by=by, at=at)
    return _supersede(published, Entry.Kind.WITHDRAWAL, reason, by=by, at=at)


def _supersede(
    published: Entry, kind: Entry.Kind, reason: str, *, by: User, at: datetime
) -> Entry:
    """It stays in the stocktake of what it supersedes, open or closed."""
    successor = Entry(
        member_commitment=published.member_commitment,
        stocktake=published.stocktake,
        kind=kind,
        supersedes=published,
        reason=require_reason(reason),
    )
    return insert_draft(successor, EntryText.of(published), by=by, at=at)
