"""Many entries to clear at once: their texts, and what changed since then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from uuid import UUID

from accounts.requests import UserRequest
from progress.actions.bulk import Item
from progress.entries.changes import Change, changes_of
from progress.entries.shown_text import open_text, seal_text
from progress.entries.text import TEXT_LIMITS, EntryText
from progress.models import Entry
from progress.querysets.entries import EntryQuerySet
from progress.views.batches import PAGE_SIZE
from progress.views.clearance.rows import DeskRow, desk_list, own_entries
from progress.views.lookups import in_plan_order

# How many characters of old and new texts one page shows; at least one entry.
MOST_CHARACTERS = 40_000


@dataclass(frozen=True)
class ShownText:
    """One entry whose text a page shows, so that it can be cleared from there."""

    change: Change

    @property
    def entry(self) -> Entry:
        return self.change.entry

    @property
    def item(self) -> Item:
        return Item(self.entry.pk, self.entry.version)

    @property
    def sealed(self) -> str:
        return seal_text(self.entry, self.change.after)


@dataclass(frozen=True)
class TextsToClear:
    """What one page shows of the chosen entries. Nothing else is cleared from it."""

    shown: list[ShownText]
    # In clearance, but not to be cleared by this head.
    left_out: list[DeskRow]
    # For the pages after this one.
    later: list[Item]


def texts_to_clear(request: UserRequest, items: Sequence[Item]) -> TextsToClear:
    """Return the texts of the chosen entries, as many as one page holds."""
    desk, chosen = desk_list(request), {item.id for item in items}
    to_clear = [entry for entry in desk.to_clear if entry.pk in chosen]
    others = [
        entry
        for entry in desk.waiting
        if entry.pk in chosen and not desk.can_clear(entry)
    ]
    first = [entry.pk for entry in to_clear[:PAGE_SIZE]]
    shown = first_texts(shown_changes(request, own_entries(request), first))
    return TextsToClear(
        shown=shown,
        left_out=desk.rows_of(others),
        later=[Item(entry.pk, entry.version) for entry in to_clear[len(shown) :]],
    )


def all_to_clear(request: UserRequest) -> list[Item]:
    """Return all that this head can clear now."""
    return [Item(entry.pk, entry.version) for entry in desk_list(request).to_clear]


def changes_since(
    request: UserRequest,
    entries: EntryQuerySet,
    stale: Sequence[UUID],
    sealed: Sequence[str],
) -> dict[UUID, Change]:
    """Return what changed in these entries since a page showed their texts."""
    if not stale:
        return {}
    changes = shown_changes(request, entries, stale)
    return dict(_since(changes, sealed))


def _since(
    changes: Sequence[Change], sealed: Sequence[str]
) -> Iterator[tuple[UUID, Change]]:
    for change in changes:
        entry = change.entry
        for one in sealed:
            if shown := open_text(one, entry.pk):
                yield entry.pk, Change(entry, change.after, entry, shown)


def first_texts(changes: Sequence[Change]) -> list[ShownText]:
    """Return as many as one page holds, and at least one."""
    sizes = accumulate(map(_size, changes))
    fitting = list(takewhile(lambda size: size <= MOST_CHARACTERS, sizes))
    return [ShownText(change) for change in changes[: max(len(fitting), 1)]]


def shown_changes(
    request: UserRequest, entries: EntryQuerySet, chosen: Sequence[UUID]
) -> list[Change]:
    """Return the changes of the chosen among these entries, in the plan's order."""
    user, at = request.user, request.at
    visible = Entry.objects.visible_to(user, at)
    found = entries.filter(pk__in=chosen)
    found = found.with_visible_unchanged_since(visible)
    in_order = list(in_plan_order(found).select_related("written_by"))
    return changes_of(in_order, reader=user, at=at)


def _size(change: Change) -> int:
    return sum(_length(text) for text in (change.before, change.after) if text)


def _length(text: EntryText) -> int:
    return sum(len(getattr(text, name)) for name in TEXT_LIMITS)
