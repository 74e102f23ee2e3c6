"""Many entries to publish at once: their texts, each with its differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.requests import UserRequest
from progress.actions.bulk import Item
from progress.models import Entry
from progress.querysets.entries import EntryQuerySet
from progress.views.batches import PAGE_SIZE
from progress.views.clearance.texts import ShownText, first_texts, shown_changes
from progress.views.lookups import in_plan_order


@dataclass(frozen=True)
class TextsToPublish:
    """What one page shows of the chosen entries. Nothing else is published from it."""

    shown: list[ShownText]
    # Chosen, and not waiting for this reviewer any more.
    gone_count: int
    # For the pages after this one.
    later: list[Item]


def texts_to_publish(request: UserRequest, items: Sequence[Item]) -> TextsToPublish:
    """Return the texts of the chosen entries, as many as one page holds."""
    chosen = {item.id for item in items}
    versions = _versions(request, chosen)
    first = list(versions)[:PAGE_SIZE]
    shown = first_texts(shown_changes(request, entries_to_review(request), first))
    later = list(versions.items())[len(shown) :]
    return TextsToPublish(
        shown=shown,
        gone_count=len(chosen) - len(versions),
        later=[Item(*one) for one in later],
    )


def entries_to_review(request: UserRequest) -> EntryQuerySet:
    """Return the entries that wait for this reviewer."""
    user, at = request.user, request.at
    return Entry.objects.visible_to(user, at).to_review_by(user, at)


def _versions(request: UserRequest, chosen: set[UUID]) -> dict[UUID, int]:
    """Return those that still wait, with their versions, in the plan's order."""
    found = in_plan_order(entries_to_review(request).filter(pk__in=chosen))
    return dict(found.values_list("pk", "version"))
