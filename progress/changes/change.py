"""A change as its reader gets it, and the page it comes on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChangeKind(TextChoices):
    """What happened to an entry, as far as one reader may know."""

    PUBLISHED = "published", _("Published")
    # It was withdrawn, or superseded by an entry that the reader may not see.
    REMOVED = "removed", _("Removed")
    # Its text was erased by law.
    ERASED = "erased", _("Erased")


@dataclass(frozen=True)
class ChangeFilters:
    """Which member commitments the changes are about. Without any: all of them."""

    # The slugs of a plan, of an instrument that is named, and of one that is concerned.
    plan: str | None = None
    instrument: str | None = None
    instrument_owner: str | None = None
    # Codes. Without any: all members.
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntryChange:
    """One change. What was removed for either reason looks the same."""

    kind: ChangeKind
    # The entry that was published, left the reader's sight, or was erased.
    entry_id: UUID
    # When it was published, superseded or erased.
    at: datetime
    member_commitment_id: UUID
    # For a published entry: the one it takes the place of, if the reader may see that.
    supersedes: UUID | None = None


@dataclass(frozen=True)
class ChangePage:
    """Some changes in a row, the oldest first."""

    changes: list[EntryChange]
    # Where the next page begins. It is the given one if there is nothing new.
    cursor: str
    has_more: bool
