"""What is new to a reader: the changes since their mark, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Literal, cast
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.compiled_queries import CompiledOnce, Sql, StatementOnce
from accounts.dates import local_day
from accounts.models import User
from progress.changes.change import (
    AnyChange,
    AssessmentChange,
    ChangeFilters,
    ChangeKind,
    ChangeSubject,
)
from progress.changes.cursors import ChangeCursor, ReceivedRow
from progress.changes.order import ZERO, ChangeRange, Place
from progress.changes.places import placed_rows, placed_sql
from progress.changes.reading import changes_of_rows
from progress.changes.sight import Sight, reviewed_by
from progress.changes.tables import TableChange, table_changes, table_changes_sql
from progress.entries.excerpt import excerpt_of
from progress.models import Assessment, Entry, ReadingMark, Stocktake
from progress.positions.figures import Change, Status, change_of
from progress.positions.openings import start_of_narrative
from progress.querysets.changes import status_before
from progress.querysets.entries import PUBLICATION

# So many changes are shown, and counted, at most.
MOST_SHOWN = 50
MOST_COUNTED = 99
# A table of scores is one line, however many scores it has.
MOST_TABLES = 20
_OF_ENTRIES = ChangeFilters(about=ChangeSubject.ENTRY)
_OF_SCORES = ChangeFilters(about=ChangeSubject.ASSESSMENT)
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
    # The tables of scores that were released, or that are gone.
    tables: Sequence[TableChange]
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
    start, after = (None, place_of(mark)) if mark else _newest_stocktake(at)
    sight = Sight.of(reader, at, _OF_ENTRIES)
    rows = placed_rows(sight, _last(size + 1, after))
    changes = changes_of_rows(sight, rows)
    shown = _with_entries(changes[:size], reader, at, is_short=False)
    # Read last: what was released before the newest entry here is among them.
    tables = table_changes(sight, size=MOST_TABLES + 1, after=after)
    reached = [(rows[0].place, changes[0])] if changes else []
    reached += _newest_score(sight, tables, after)
    cursor = ""
    if reached:
        newest = max(reached, key=itemgetter(0))[1]
        all_changes = replace(sight, filters=ChangeFilters())
        cursor = ChangeCursor(ReceivedRow.of(newest)).signed_for(all_changes)
    has_more = len(changes) > size or len(tables) > MOST_TABLES
    return News(shown, tables[:MOST_TABLES], has_more, cursor, mark, start)


def _newest_score(
    sight: Sight, tables: Sequence[TableChange], after: Place
) -> list[tuple[Place, AnyChange]]:
    """Return the last change of a score, if its table is one of these.

    If it is not, it came after they were read, and stays new.
    """
    if not tables:
        return []
    of_scores = replace(sight, filters=_OF_SCORES)
    rows = placed_rows(of_scores, _last(1, after))
    known = {one.table.pk for one in tables}
    return [
        (row.place, change)
        for row, change in zip(rows, changes_of_rows(of_scores, rows), strict=False)
        if isinstance(change, AssessmentChange) and change.table_id in known
    ]


def _last(size: int, after: Place) -> ChangeRange:
    return ChangeRange(size, after=after, is_from_the_end=True)


def newest_changes(reader: User, at: datetime, *, size: int) -> list[NewChange]:
    """Return the last changes for this reader, the newest first, in few words.

    Their first words and the statuses before them are left out. Three queries.
    """
    sight = Sight.of(reader, at, _OF_ENTRIES)
    rows = placed_rows(sight, ChangeRange(size, is_from_the_end=True))
    changes = changes_of_rows(sight, rows)
    return _with_entries(changes, reader, at, is_short=True)


def news_count(reader: User, at: datetime, *, after: Place) -> Sql:
    """Return the query of how many changes follow a place for this reader.

    A table of scores counts once. It counts of both at most one more than
    `MOST_COUNTED`. Empty if there can be none.
    """
    return _news_count(
        reader=reader,
        at=at,
        reviewed=reviewed_by(reader, at),
        number=after.number,
        erasure=after.erasure,
    )


@StatementOnce
def _news_count(
    *, reader: User, at: datetime, reviewed: tuple[UUID, ...], number: int, erasure: int
) -> Sql:
    sight = Sight.known(reader, at, _OF_ENTRIES, reviewed, commitments=None)
    after, most = Place(number, erasure), MOST_COUNTED + 1
    found = [
        placed_sql(sight, ChangeRange(most, after=after)),
        table_changes_sql(sight, size=most, after=after),
    ]
    parts = [part for part in found if part is not None]
    if not parts:
        return "", ()
    counts = [f"(SELECT count(*) FROM ({sql}) AS news)" for sql, _values in parts]  # noqa: S608 - compiled SQL
    values = tuple(value for _sql, some in parts for value in some)
    return f"SELECT {' + '.join(counts)}", values


def place_of(mark: ReadingMark) -> Place:
    return Place(mark.ledger_number, mark.erasure_number)


def place_in(cursor: str, reader: User, at: datetime) -> Place:
    """Return the place that the button of a page names: without one, the reader's.

    Raises InvalidCursorError or ExpiredCursorError, also if the reader's rights have
    changed since: then they have not seen all that they may now see.
    """
    if not cursor:
        mark = getattr(reader, "reading_mark", None)
        return place_of(mark) if mark else _newest_stocktake(at)[1]
    sight = Sight.of(reader, at, ChangeFilters())
    return ChangeCursor.read(cursor, sight).place()


def _newest_stocktake(at: datetime) -> tuple[Stocktake | None, Place]:
    """Return it, and the place of the last record before it opened. One query."""
    for stocktake in _in_hand(at=at):
        number = stocktake.last_before
        return stocktake, Place(number, 0) if number else ZERO
    return None, ZERO


@CompiledOnce
def _in_hand(*, at: datetime) -> QuerySet[Any]:
    published = Entry.objects.annotate(publication=PUBLICATION).filter(
        publication__lte=OuterRef("opened_at"), state="published"
    )
    entry = published.order_by("-publication", "-pk").values("ledger_record")[:1]
    released = Assessment.objects.filter(
        table__state="released",
        table__released_at__lte=OuterRef("opened_at"),
        ledger_record__isnull=False,
    )
    score = released.order_by("-ledger_record").values("ledger_record")[:1]
    in_hand = Stocktake.objects.in_hand_at(at).annotate(
        last_before=Greatest(Subquery(entry), Subquery(score))
    )
    newest: QuerySet[Any] = in_hand[:1]
    return newest


def _with_entries(
    changes: Sequence[AnyChange], reader: User, at: datetime, *, is_short: bool
) -> list[NewChange]:
    """Return the changes with what the reader may see of their entries.

    One query. Without changes there is none.
    """
    keys = [change.key for change in changes]
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
    if not is_short:
        rows = rows.annotate(
            before=status_before(visible), opening=start_of_narrative()
        )
    found = {entry.pk: entry for entry in rows}
    return [
        _new_change(
            change,
            entry,
            "" if is_short else entry.before or "",
            "" if is_short else excerpt_of(entry.opening),
            reads_all=_reads_all(reader, entry, at),
            day=local_day(change.at, reader.time_zone),
        )
        for change in changes
        if (entry := found.get(change.key))
    ]


def _reads_all(reader: User, entry: Entry, at: datetime) -> bool:
    return reader.is_presidency(at) or reader.delegation == entry.member_code


def _new_change(
    change: AnyChange,
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
