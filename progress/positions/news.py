"""What is new to a reader: the changes since their mark, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.db.models import QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.dates import local_day
from accounts.models import User
from progress.changes.change import ChangeFilters, ChangeKind, EntryChange
from progress.changes.cursors import ChangeCursor, ReceivedRow
from progress.changes.places import (
    ZERO,
    ChangeRange,
    Place,
    Sql,
    placed_rows,
    placed_sql,
)
from progress.changes.reading import changes_of_rows
from progress.changes.sight import Sight
from progress.models import Entry, ReadingMark, Stocktake
from progress.positions.figures import Change, Status, change_of
from progress.positions.openings import openings_of
from progress.querysets.changes import status_before
from progress.querysets.entries import PUBLICATION

# So many changes are shown, and counted, at most.
MOST_SHOWN = 50
MOST_COUNTED = 99
_LONG_TEXTS_OF_PLAN = (
    "member_commitment__commitment__plan__source_text",
    "member_commitment__commitment__plan__preamble",
)


@dataclass(frozen=True)
class NewChange:
    """One change with its entry: the one that was published, or that is gone."""

    kind: ChangeKind
    at: datetime
    # The day of `at` in the reader's own time zone.
    day: date
    entry: Entry
    # The status of the position before it was published, or nothing.
    before: Status | Literal[""]
    # How the status follows the one before. Empty if the entry is gone or erased.
    change: Change | Literal[""]
    opening: str
    # Whether it is a correction of an entry that the reader could read.
    is_correction: bool
    # Whether the reader sees every entry here, and so knows that one was withdrawn.
    reads_all: bool


@dataclass(frozen=True)
class News:
    """What is new to a reader, since their mark or since a start."""

    changes: Sequence[NewChange]
    # Whether there are older ones that are new, too.
    has_more: bool
    # What the button sends: up to where the page was read. Empty if nothing is new.
    cursor: str
    mark: ReadingMark | None
    # Without a mark: the stocktake at whose opening the list starts, or None for all.
    start: Stocktake | None = None


def news_for(reader: User, at: datetime, *, size: int = MOST_SHOWN) -> News:
    """Return what is new to this reader, at most `size` changes."""
    mark = getattr(reader, "reading_mark", None)
    start = None if mark else _newest_stocktake(at)
    sight = Sight.of(reader, at, ChangeFilters())
    after = place_of(mark) if mark else _place_at_opening(start)
    newest = ChangeRange(size + 1, after=after, is_from_the_end=True)
    rows = placed_rows(sight, newest)
    changes = changes_of_rows(sight, rows)
    cursor = ""
    if changes:
        cursor = ChangeCursor(ReceivedRow.of(changes[0])).signed_for(sight)
    shown = _with_entries(changes[:size], reader, at, is_short=False)
    return News(shown, len(changes) > size, cursor, mark, start)


def newest_changes(reader: User, at: datetime, *, size: int) -> list[NewChange]:
    """Return the last changes for this reader, the newest first, in few words.

    Their first words and the statuses before them are left out. Three queries.
    """
    sight = Sight.of(reader, at, ChangeFilters())
    rows = placed_rows(sight, ChangeRange(size, is_from_the_end=True))
    changes = changes_of_rows(sight, rows)
    return _with_entries(changes, reader, at, is_short=True)


def news_count(reader: User, at: datetime, *, after: Place) -> Sql:
    """Return the query of how many changes follow a place for this reader.

    It counts at most one more than `MOST_COUNTED`. Empty if there can be none.
    """
    sight = Sight.of(reader, at, ChangeFilters())
    placed = placed_sql(sight, ChangeRange(MOST_COUNTED + 1, after=after))
    if placed is None:
        return "", ()
    sql, values = placed
    return f"SELECT count(*) FROM ({sql}) AS news", values  # noqa: S608 - compiled SQL


def place_of(mark: ReadingMark) -> Place:
    return Place(mark.ledger_number, mark.erasure_number)


def place_in(cursor: str, reader: User, at: datetime) -> Place:
    """Return the place that the button of a page names: without one, the reader's.

    Raises InvalidCursorError or ExpiredCursorError, also if the reader's rights have
    changed since: then they have not seen all that they may now see.
    """
    if not cursor:
        mark = getattr(reader, "reading_mark", None)
        return place_of(mark) if mark else _place_at_opening(_newest_stocktake(at))
    sight = Sight.of(reader, at, ChangeFilters())
    return ChangeCursor.read(cursor, sight).place()


def _newest_stocktake(at: datetime) -> Stocktake | None:
    return next(iter(_in_hand(at=at)), None)


def _place_at_opening(stocktake: Stocktake | None) -> Place:
    """Return the place of the last publication before a stocktake opened."""
    if stocktake is None or stocktake.opened_at is None:
        return ZERO
    found = next(iter(_published_before(at=stocktake.opened_at)), None)
    return Place(found[0], 0) if found else ZERO


@CompiledOnce
def _in_hand(*, at: datetime) -> QuerySet[Stocktake]:
    return Stocktake.objects.in_hand_at(at)[:1]


@CompiledOnce
def _published_before(*, at: datetime) -> QuerySet[Entry, tuple[int]]:
    published = Entry.objects.annotate(publication=PUBLICATION).filter(
        publication__lte=at, state="published"
    )
    newest = published.order_by("-publication", "-pk")
    return newest.values_list("ledger_record")[:1]


def _with_entries(
    changes: Sequence[EntryChange], reader: User, at: datetime, *, is_short: bool
) -> list[NewChange]:
    """Return the changes with what the reader may see of their entries.

    Three queries, or one if they are short. Without changes there are none.
    """
    keys = [change.entry_id for change in changes]
    if not keys:
        return []
    visible: Any = Entry.objects.visible_to(reader, at)
    here = visible.filter(pk__in=keys)
    rows = (
        here.redacted_to(visible)
        .without_text()
        .select_related("member_commitment__commitment__plan")
        .select_related("member_commitment__member")
        .defer(*_LONG_TEXTS_OF_PLAN)
    )
    found = {entry.pk: entry for entry in rows}
    before: dict[UUID, Any] = {}
    openings: dict[UUID, str] = {}
    if not is_short:
        before = dict(here.values_list("pk", status_before(visible)))
        openings = openings_of([*found])
    return [
        _new_change(
            change,
            entry,
            before.get(entry.pk) or "",
            openings.get(entry.pk, ""),
            reads_all=_reads_all(reader, entry, at),
            day=local_day(change.at, reader.time_zone),
        )
        for change in changes
        if (entry := found.get(change.entry_id))
    ]


def _reads_all(reader: User, entry: Entry, at: datetime) -> bool:
    return reader.is_presidency(at) or reader.delegation == entry.member_code


def _new_change(
    change: EntryChange,
    entry: Entry,
    before: Status | Literal[""],
    opening: str,
    *,
    reads_all: bool,
    day: date,
) -> NewChange:
    is_published = change.kind == ChangeKind.PUBLISHED
    step = change_of(before, cast("Status", entry.status)) if is_published else ""
    return NewChange(
        kind=change.kind,
        at=change.at,
        day=day,
        entry=entry,
        before=before,
        change=step,
        opening=opening if is_published else "",
        is_correction=is_published and change.supersedes is not None,
        reads_all=reads_all,
    )
