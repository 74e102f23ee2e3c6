"""Cursors: up to where a reader has read the changes.

A cursor names the last row its reader got, never a place in the ledger: its numbers
tell how much was published that the reader may not see. It is signed for one reader
and their filters, and it says with which rights it was made.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from django.core.signing import BadSignature, Signer

from progress.changes.assessments import place_of_assessment
from progress.changes.change import AnyChange, ChangeKind, ChangeSubject
from progress.changes.order import ZERO, Place
from progress.changes.sight import Sight
from progress.models import Entry, Tombstone


class InvalidCursorError(Exception):
    """This cursor is altered, of another reader, or of other filters."""


class ExpiredCursorError(Exception):
    """This cursor is too old, or its reader's rights have changed."""


class ReceivedRow(NamedTuple):
    """A row that a reader got, by what they know of it."""

    kind: ChangeKind
    key: UUID
    about: ChangeSubject = ChangeSubject.ENTRY

    @classmethod
    def of(cls, change: AnyChange) -> Self:
        return cls(change.kind, change.key, change.about)

    @classmethod
    def read(cls, named: list[str]) -> Self:
        """Return the row that a cursor names. A row of an entry names no subject."""
        kind, key, *about = named
        return cls(ChangeKind(kind), UUID(key), *map(ChangeSubject, about))

    @property
    def written(self) -> list[str]:
        is_of_entry = self.about == ChangeSubject.ENTRY
        about = [] if is_of_entry else [self.about.value]
        return [self.kind.value, self.key.hex, *about]

    @property
    def place(self) -> Place:
        """Return its place in the order of changes. One query.

        Raises ExpiredCursorError if there is no such row any more.
        """
        if self.about == ChangeSubject.ASSESSMENT:
            found = place_of_assessment(self.kind, self.key)
        else:
            found = self._place_of_entry()
        if found is None:
            raise ExpiredCursorError
        return found

    def _place_of_entry(self) -> Place | None:
        if self.kind == ChangeKind.ERASED:
            erased = Tombstone.objects.filter(entry=self.key)
            found = erased.values_list("ledger_head", "number").first()
            return Place(*found) if found else None
        by = "supersedes" if self.kind == ChangeKind.REMOVED else "pk"
        received = Entry.objects.filter(**{by: self.key}, state="published")
        number = received.values_list("ledger_record", flat=True).first()
        return Place(number, 0) if number else None


@dataclass(frozen=True)
class ChangeCursor:
    """The last row a reader got, and what was the newest when they began at zero."""

    # None: nothing yet.
    last: ReceivedRow | None = None
    # Set for as long as the reader has not reached it.
    newest_then: ReceivedRow | None = None

    def signed_for(self, sight: Sight) -> str:
        rows = [row and row.written for row in (self.last, self.newest_then)]
        return _signer_for(sight).sign_object([sight.digest, *rows])

    @classmethod
    def read(cls, text: str, sight: Sight) -> Self:
        """Return what a cursor says.

        Raises InvalidCursorError or ExpiredCursorError.
        """
        try:
            digest, *rows = _signer_for(sight).unsign_object(text)
        except (BadSignature, ValueError) as error:
            raise InvalidCursorError from error
        if digest != sight.digest:
            raise ExpiredCursorError
        return cls(*(ReceivedRow.read(row) if row else None for row in rows))

    def place(self) -> Place:
        return self.last.place if self.last else ZERO


def _signer_for(sight: Sight) -> Signer:
    """Return a signer for the cursors of this reader and these filters, no others."""
    filters = sight.filters
    asked = [
        filters.plan, filters.instrument, filters.instrument_owner, *filters.members,
        # A cursor of all changes is the same as before there was a choice.
        *([{"about": filters.about.value}] if filters.about else []),
    ]  # fmt: skip
    return Signer(salt=f"progress.changes:{sight.reader}:{json.dumps(asked)}")
