"""A change as its reader gets it, and the page it comes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChangeSubject(TextChoices):
    """What a change is about."""

    ENTRY = "entry", _("Entry")
    ASSESSMENT = "assessment", _("Assessment")


class ChangeKind(TextChoices):
    """What happened to an entry or an assessment, as far as one reader may know."""

    PUBLISHED = "published", _("Published")
    # It is of an assessment: it has another name than for an entry, so that a program
    # that knows entries only takes no score for one.
    RELEASED = "released", _("Released")
    # It was withdrawn, or superseded by what the reader may not see. Of an assessment
    # also: the table that took its place has no score there.
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
    # What the changes are about. None: both.
    about: ChangeSubject | None = None

    def includes(self, subject: ChangeSubject) -> bool:
        return self.about in {None, subject}


@dataclass(frozen=True)
class EntryChange:
    """A change of an entry. What was removed for either reason looks the same."""

    about: ClassVar = ChangeSubject.ENTRY

    kind: ChangeKind
    # The entry that was published, left the reader's sight, or was erased.
    entry_id: UUID
    # When it was published, superseded or erased.
    at: datetime
    member_commitment_id: UUID
    # For a published entry: the one it takes the place of, if the reader may see that.
    supersedes: UUID | None = None

    @property
    def key(self) -> UUID:
        return self.entry_id


@dataclass(frozen=True)
class AssessmentChange:
    """A change of an assessment: one scored cell of a released table."""

    about: ClassVar = ChangeSubject.ASSESSMENT

    kind: ChangeKind
    # The assessment that was released, left the reader's sight, or was erased, and its
    # table.
    assessment_id: UUID
    table_id: UUID
    # When it was released, superseded or erased.
    at: datetime
    member_commitment_id: UUID
    # For a released one: the one it takes the place of, if the reader may see that.
    supersedes: UUID | None = None

    @property
    def key(self) -> UUID:
        return self.assessment_id


AnyChange = EntryChange | AssessmentChange


@dataclass(frozen=True)
class ChangePage:
    """Some changes in a row, the oldest first."""

    changes: list[AnyChange]
    # Where the next page begins. It is the given one if there is nothing new.
    cursor: str
    has_more: bool
