"""Two entries of one member commitment, compared word by word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from commitments.models import MemberCommitment
from progress.entries.changes import Change
from progress.entries.text import EntryText, read_links
from progress.models import Entry
from progress.positions.timeline import Outline, read_outline
from progress.positions.viewpoint import Viewpoint

# A choice lists this many of the newest entries.
MOST_LISTED = 100


class HiddenEntryError(LookupError):
    """An entry that this member commitment does not have, or not for this reader."""


@dataclass(frozen=True)
class ComparableEntry:
    """An entry to choose from. The note says what it is, if it is not in force."""

    entry: Entry
    note: str


@dataclass(frozen=True)
class PairAsked:
    """The entries that an address names, old and new. Empty ones are not named."""

    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class EntryComparison:
    """The entries that can be compared, and the two that are, if they are chosen."""

    listed: Sequence[ComparableEntry]
    has_more: bool
    old: UUID | None
    new: UUID | None
    change: Change | None


def compare_entries(
    member_commitment: MemberCommitment, viewpoint: Viewpoint, asked: PairAsked
) -> EntryComparison:
    """Return the two entries with what differs. Four queries.

    Without an old one, the new one is compared with the one before it. Raises
    HiddenEntryError, and ValidationError for two that cannot be compared.
    """
    outline = read_outline(member_commitment, viewpoint)
    for entry in outline.entries:
        entry.member_commitment = member_commitment
    listed = list(_listed(outline, viewpoint))
    known = {entry.pk: entry for entry in outline.entries}
    old, new = _entry_in(known, asked.old), _entry_in(known, asked.new)
    if new is not None and not asked.old:
        old = _before(new, outline)
    change = None
    if old is not None and new is not None:
        change = _change(old, new)
    return EntryComparison(
        listed=listed[:MOST_LISTED],
        has_more=len(listed) > MOST_LISTED,
        old=old.pk if old else None,
        new=new.pk if new else None,
        change=change,
    )


def _listed(outline: Outline, viewpoint: Viewpoint) -> Iterator[ComparableEntry]:
    """Yield what can be compared, in the order of the timeline."""
    for entry in outline.unpublished:
        if not entry.is_withdrawal:
            yield ComparableEntry(entry, viewpoint.state_label(entry))
    for chapter in outline.chapters:
        if not chapter.entry.is_withdrawal:
            note = _("Current") if chapter.is_position else ""
            yield ComparableEntry(chapter.entry, note)
        is_withdrawn = chapter.entry.is_withdrawal
        for entry in chapter.replaced:
            note = _("Withdrawn") if is_withdrawn else _("Earlier version")
            is_withdrawn = False
            yield ComparableEntry(entry, note)


def _entry_in(known: Mapping[UUID, Entry], asked: str) -> Entry | None:
    if not asked:
        return None
    try:
        pk = UUID(asked)
    except ValueError as error:
        sentence = _("Choose two entries from the list below.")
        raise ValidationError(sentence, code="unreadable") from error
    if pk not in known:
        raise HiddenEntryError
    return known[pk]


def _before(new: Entry, outline: Outline) -> Entry:
    """Return the entry that one is compared with if none is named.

    It is what it corrects or withdraws, or else the next older one.
    """
    in_order = outline.in_order
    for entry in outline.entries:
        if new.supersedes_id == entry.pk:
            return entry
    place = in_order.index(new) + 1 if new in in_order else 0
    if place >= len(in_order):
        sentence = _("There is no earlier entry to compare it with.")
        raise ValidationError(sentence, code="first")
    return in_order[place]


def _change(old: Entry, new: Entry) -> Change:
    if old == new:
        sentence = _("You chose the same entry twice. Choose two different entries.")
        raise ValidationError(sentence, code="same")
    if old.is_withdrawal or new.is_withdrawal:
        sentence = _("A withdrawal has no text of its own. Choose two other entries.")
        raise ValidationError(sentence, code="withdrawal")
    texts = Entry.objects.in_bulk([old.pk, new.pk])
    before, after = texts[old.pk], texts[new.pk]
    read_links([before, after])
    return Change(
        entry=after,
        after=EntryText.with_links(after, after.evidence_links.all()),
        base=before,
        before=EntryText.with_links(before, before.evidence_links.all()),
    )
