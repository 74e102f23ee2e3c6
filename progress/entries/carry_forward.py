"""Old text is never passed off as new (rule 9): which words are old, and since when."""

from datetime import date, datetime

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from progress.entries.text import EntryText
from progress.models import Entry
from progress.querysets.entries import TEXT_FIELDS

UNCHANGED_TEXT_FIELDS = ("unchanged_since", "confirmed_at", "confirmed_by")


def find_published(member_commitment: MemberCommitment, at: datetime) -> Entry | None:
    """What stands published, as its own delegation sees it: amber too."""
    published = Entry.objects.filter(member_commitment=member_commitment)
    return published.positions(at=utc_day(at), known_at=at).first()


def unchanged_from(standing: Entry) -> date:
    """The day from which its words have stood, through however many confirmations."""
    return standing.unchanged_since or standing.as_of


def mark_unchanged_text(
    entry: Entry, text: EntryText, *, by: User, at: datetime
) -> None:
    """Before the text is put into an update: are its words old ones?

    Words carried forward stay as they are marked until they change. Whoever types or
    pastes what stands published already says by it that it still holds: that is marked
    as well, and counts as confirmed by them. Other words are the writer's own.
    """
    if entry.kind != Entry.Kind.UPDATE:
        return
    if entry.unchanged_since is not None and _says_the_same(entry, text):
        return
    standing = find_published(entry.member_commitment, at)
    entry.unchanged_since = entry.confirmed_at = entry.confirmed_by = None
    if standing is not None and _says_the_same(standing, text):
        entry.unchanged_since = unchanged_from(standing)
        entry.confirmed_at, entry.confirmed_by = at, by


def _says_the_same(entry: Entry, text: EntryText) -> bool:
    return all(getattr(entry, name) == getattr(text, name) for name in TEXT_FIELDS)
