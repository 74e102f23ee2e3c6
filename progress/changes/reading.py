"""Read the changes of a reader: from a cursor on, from the start, or the last ones.

Replaying from the start, up to the rows of an instant, gives the positions that were
known at that instant (rule 3). Nothing in an answer depends on what its reader may not
see: no number, no empty page, no cursor.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import OuterRef

from accounts.models import User
from progress.changes.assessments import assessments_at, erased_assessments
from progress.changes.change import (
    AnyChange,
    ChangeFilters,
    ChangeKind,
    ChangePage,
    ChangeSubject,
    EntryChange,
)
from progress.changes.cursors import ChangeCursor, ExpiredCursorError, ReceivedRow
from progress.changes.order import ChangeRange, PlacedRow
from progress.changes.places import placed_rows
from progress.changes.sight import Sight
from progress.models import Entry, Tombstone
from progress.querysets.lookups import is_among
from progress.querysets.visibility import visible_with

# A cursor expires so long after the first change that its reader did not fetch.
CURSOR_LIFETIME = timedelta(days=90)
Found = Mapping[UUID, AnyChange]


def read_changes(
    reader: User,
    at: datetime,
    *,
    since: str | None,
    filters: ChangeFilters,
    size: int,
) -> ChangePage:
    """Return the changes after a cursor, or the first ones, at most `size`.

    Raises InvalidCursorError if the cursor is altered, of another reader or of other
    filters; ExpiredCursorError if it is too old, or the reader's rights have changed.
    """
    sight = Sight.of(reader, at, filters)
    cursor = ChangeCursor.read(since, sight) if since else ChangeCursor()
    rows = placed_rows(sight, ChangeRange(size + 1, after=cursor.place()))
    changes = changes_of_rows(sight, rows)
    if since:
        _refuse_expired(sight, cursor, changes, at)
    has_more, changes = len(changes) > size, changes[:size]
    if not changes:
        return ChangePage([], since or cursor.signed_for(sight), has_more=False)
    newest_then = cursor.newest_then
    if not since and has_more:
        newest_then = _newest(sight)
    if newest_then and newest_then.place <= rows[len(changes) - 1].place:
        newest_then = None
    reached = ChangeCursor(ReceivedRow.of(changes[-1]), newest_then)
    return ChangePage(changes, reached.signed_for(sight), has_more=has_more)


def read_last_changes(
    reader: User, at: datetime, *, filters: ChangeFilters, size: int
) -> list[AnyChange]:
    """Return the last changes, at most `size`, the newest first."""
    sight = Sight.of(reader, at, filters)
    return changes_of_rows(
        sight, placed_rows(sight, ChangeRange(size, is_from_the_end=True))
    )


def last_cursor(reader: User, at: datetime, *, filters: ChangeFilters) -> str:
    """Return the cursor after which only later changes come."""
    sight = Sight.of(reader, at, filters)
    return ChangeCursor(_newest(sight)).signed_for(sight)


def _newest(sight: Sight) -> ReceivedRow | None:
    last = changes_of_rows(
        sight, placed_rows(sight, ChangeRange(1, is_from_the_end=True))
    )
    return ReceivedRow.of(last[0]) if last else None


def _refuse_expired(
    sight: Sight, cursor: ChangeCursor, changes: Sequence[AnyChange], at: datetime
) -> None:
    """Raise ExpiredCursorError if the reader was away too long.

    The age of a cursor is that of the first change since it was made. One that is made
    while its reader catches up from the start is made when they begin.
    """
    since_then: Sequence[AnyChange] = changes
    if cursor.newest_then:
        after = ChangeRange(1, after=cursor.newest_then.place)
        since_then = changes_of_rows(sight, placed_rows(sight, after))
    if since_then and since_then[0].at < at - CURSOR_LIFETIME:
        raise ExpiredCursorError


def changes_of_rows(sight: Sight, rows: Sequence[PlacedRow]) -> list[AnyChange]:
    """Return what each row is for the reader. Up to four queries."""
    keys: dict[tuple[ChangeSubject, bool], list[UUID]] = defaultdict(list)
    for row in rows:
        keys[row.about, row.is_erasure].append(row.key)
    read: Mapping[tuple[ChangeSubject, bool], Callable[[list[UUID]], Found]] = {
        (ChangeSubject.ENTRY, False): partial(_published, sight),
        (ChangeSubject.ENTRY, True): _erased,
        (ChangeSubject.ASSESSMENT, False): partial(assessments_at, sight),
        (ChangeSubject.ASSESSMENT, True): erased_assessments,
    }
    found = {kind: read[kind](some) for kind, some in keys.items()}
    changes = [found[row.about, row.is_erasure].get(row.key) for row in rows]
    # One is missing only if a right ended between two queries. Then the cursor that
    # the reader gets has expired already.
    return [change for change in changes if change is not None]


def _erased(keys: list[UUID]) -> dict[UUID, EntryChange]:
    rows = Tombstone.objects.filter(pk__in=keys).values_list(
        "entry", "erased_at", "entry__member_commitment"
    )
    return {
        key: EntryChange(ChangeKind.ERASED, key, at, owed) for key, at, owed in rows
    }


def _published(sight: Sight, keys: list[UUID]) -> dict[UUID, EntryChange]:
    visible = Entry.objects.filter(visible_with(sight.rights))
    rows = Entry.objects.filter(pk__in=keys).annotate(
        is_seen=is_among(visible.filter(pk=OuterRef("pk"))),
        is_superseded_seen=is_among(visible.filter(pk=OuterRef("supersedes"))),
    )
    names = (
        "pk", "kind", "published_at", "member_commitment", "supersedes", "is_seen",
        "is_superseded_seen",
    )  # fmt: skip
    changes = {row["pk"]: _publication(row) for row in rows.values(*names)}
    return {key: change for key, change in changes.items() if change is not None}


def _publication(row: dict[str, Any]) -> EntryChange | None:
    """Return what a publication is for a reader: a new entry, or the end of another.

    A withdrawal and a correction that they may not see end it alike.
    """
    about = (row["published_at"], row["member_commitment"])
    superseded = row["supersedes"] if row["is_superseded_seen"] else None
    if row["is_seen"] and row["kind"] != Entry.Kind.WITHDRAWAL:
        return EntryChange(
            ChangeKind.PUBLISHED, row["pk"], *about, supersedes=superseded
        )
    if superseded is None:
        return None
    return EntryChange(ChangeKind.REMOVED, superseded, *about)
