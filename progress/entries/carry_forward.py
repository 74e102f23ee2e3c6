"""Mark text that is unchanged since an earlier entry, and since when (rule 9)."""

from datetime import date, datetime

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from progress.entries.text import EntryText
from progress.models import Entry
from progress.querysets.entries import TEXT_FIELDS

UNCHANGED_TEXT_FIELDS = ("unchanged_since", "confirmed_at", "confirmed_by")


def find_published(member_commitment: MemberCommitment, at: datetime) -> Entry | None:
    """Return the present position as its own delegation sees it, amber included."""
    here = MemberCommitment.objects.filter(pk=member_commitment.pk)
    return Entry.objects.positions(here, at=utc_day(at), known_at=at).first()


def unchanged_from(published: Entry) -> date:
    """Return since when a published text is unchanged, over all its confirmations."""
    return published.unchanged_since or published.as_of


def mark_unchanged_text(
    entry: Entry, text: EntryText, *, by: User, at: datetime
) -> None:
    """Mark whether an update's new text is unchanged. Call it before the text is set.

    A text carried forward keeps its mark until it changes. Typing or pasting the
    published text marks it too, and counts as a confirmation by the writer. Any other
    text counts as new.
    """
    if not _keeps_its_mark(entry, text):
        published = find_published(entry.member_commitment, at)
        mark_unchanged_from(published, entry, text, by=by, at=at)


def mark_unchanged_from(
    published: Entry | None, entry: Entry, text: EntryText, *, by: User, at: datetime
) -> None:
    """Mark whether a new text is that of the present position: `mark_unchanged_text`.

    `published` is that position, for callers who have read those of many entries.
    """
    if _keeps_its_mark(entry, text):
        return
    entry.unchanged_since = entry.confirmed_at = entry.confirmed_by = None
    if published is not None and _has_same_text(published, text):
        entry.unchanged_since = unchanged_from(published)
        entry.confirmed_at, entry.confirmed_by = at, by


def _keeps_its_mark(entry: Entry, text: EntryText) -> bool:
    """Whether a text carried forward is unchanged. Only updates are marked at all."""
    if entry.kind != Entry.Kind.UPDATE:
        return True
    return entry.unchanged_since is not None and _has_same_text(entry, text)


def _has_same_text(entry: Entry, text: EntryText) -> bool:
    return all(getattr(entry, name) == getattr(text, name) for name in TEXT_FIELDS)
