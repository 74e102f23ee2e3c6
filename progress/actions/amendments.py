"""Correct or withdraw a published entry: a new draft supersedes it.

The published entry itself never changes.
"""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from progress.actions.drafting import add_author, insert_draft
from progress.actions.instants import recorded_act
from progress.actions.transition import lock_for, require_reason
from progress.entries.text import EntryText
from progress.models import Entry
from progress.transitions import Verb


@recorded_act
def correct_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Create a draft that corrects a published entry, with a copy of its text.

    Raises as `lock_for`, `require_reason` and `insert_draft` do.
    """
    published = lock_for(Verb.CORRECT, entry_id, version=version, by=by, at=at)
    return _supersede(published, Entry.Kind.CORRECTION, reason, by=by, at=at)


@recorded_act
def withdraw_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Create a draft that withdraws a published entry. Its text stays on record.

    Raises as `lock_for`, `require_reason` and `insert_draft` do.
    """
    published = lock_for(Verb.WITHDRAW, entry_id, version=version, by=by, at=at)
    return _supersede(published, Entry.Kind.WITHDRAWAL, reason, by=by, at=at)


def _supersede(
    published: Entry, kind: Entry.Kind, reason: str, *, by: User, at: datetime
) -> Entry:
    """Insert the draft. It belongs to the stocktake of what it supersedes.

    The person who gives the reason is its author, even where the text stays.
    """
    successor = Entry(
        member_commitment=published.member_commitment,
        stocktake=published.stocktake,
        kind=kind,
        supersedes=published,
        reason=require_reason(reason),
    )
    insert_draft(successor, EntryText.of(published), by=by, at=at)
    add_author(successor, by=by, at=at)
    return successor
