"""Cursors: where a reader of changes is, in terms of what they were told.

A cursor names the last row its reader got, never a place in the ledger: its numbers
tell how much was published that the reader may not see. It is signed for one reader
and their filters, and it says with which rights it was made.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from django.core.signing import BadSignature, Signer

from progress.changes.change import Change, ChangeKind
from progress.changes.places import ZERO, Place
from progress.changes.sight import Sight
from progress.models import Entry, Tombstone


class CursorInvalid(Exception):  # noqa: N818 - it is told to the client
    """This cursor is altered, of another reader, or of other filters."""


class CursorExpired(Exception):  # noqa: N818 - it is told to the client
    """This cursor is too old, or its reader's rights have changed."""


class Mark(NamedTuple):
    """A row that a reader got, by what they know of it."""

    kind: ChangeKind
    entry_id: UUID

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(change.kind, change.entry_id)

    @property
    def place(self) -> Place:
        """Return its place in the order of changes. One query.

        Raises CursorExpired if there is no such row any more.
        """
        if self.kind == ChangeKind.ERASED:
            erased = Tombstone.objects.filter(entry=self.entry_id)
            found = erased.values_list("ledger_head", "number").first()
        else:
            by = "supersedes" if self.kind == ChangeKind.REMOVED else "pk"
            told = Entry.objects.filter(**{by: self.entry_id}, state="published")
            number = told.values_list("ledger_record", flat=True).first()
            found = (number, 0) if number else None
        if found is None:
            raise CursorExpired
        return Place(*found)


@dataclass(frozen=True)
class Cursor:
    """The last row a reader got, and what was the newest when they began at zero."""

    # None: nothing yet.
    last: Mark | None = None
    # Set for as long as the reader has not reached it.
    newest_then: Mark | None = None

    def signed_for(self, sight: Sight) -> str:
        marks = [
            mark and [mark.kind.value, mark.entry_id.hex]
            for mark in (self.last, self.newest_then)
        ]
        return _signer_for(sight).sign_object([sight.digest, *marks])

    @classmethod
    def read(cls, text: str, sight: Sight) -> Self:
        """Return what a cursor says. Raises CursorInvalid or CursorExpired."""
        try:
            digest, *marks = _signer_for(sight).unsign_object(text)
        except (BadSignature, ValueError) as error:
            raise CursorInvalid from error
        if digest != sight.digest:
            raise CursorExpired
        return cls(
            *(mark and Mark(ChangeKind(mark[0]), UUID(mark[1])) for mark in marks)
        )

    def place(self) -> Place:
        return self.last.place if self.last else ZERO


def _mark(named: list[str] | None) -> Mark | None:
    return Mark(ChangeKind(named[0]), UUID(named[1])) if named else None


def _signer_for(sight: Sight) -> Signer:
    """Return a signer for the cursors of this reader and these filters, no others."""
    filters = sight.filters
    asked = [
        filters.plan, filters.instrument, filters.instrument_owner, *filters.members,
    ]  # fmt: skip
    return Signer(salt=f"progress.changes:{sight.reader}:{json.dumps(asked)}")
