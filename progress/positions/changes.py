"""What positions are compared with, and how they have changed since then.

An arrow compares a position with what rule 3 gives the same reader on an earlier day,
as it was known at an earlier instant: the close of the stocktake before, or the clocks
that a report of changes names. Rights are always those of the moment of reading.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, Self, cast
from uuid import UUID

from django.db.models import Q

from accounts.dates import end_of_day, next_second, utc_day
from commitments.models import MemberCommitment, Plan
from progress.models import Entry, Stocktake
from progress.positions.figures import Status
from progress.positions.position import NO_POSITION, Key, Positions, key_of
from progress.querysets.entries import EntryQuerySet


@dataclass(frozen=True)
class Comparison:
    """The clocks that positions are compared with, and the stocktake they close."""

    at: date
    known_at: datetime
    stocktake: Stocktake | None = None

    @classmethod
    def with_close_of(cls, stocktake: Stocktake) -> Self:
        """Return the clocks of the close of a stocktake.

        They are printed as a query, so the instant is the next whole second (rule 3).
        """
        closed_at = stocktake.closed_at
        if closed_at is None:
            raise ValueError(f"{stocktake} is not closed")
        return cls(utc_day(closed_at), next_second(closed_at), stocktake)


class EarlierEntry(NamedTuple):
    """The entry that was the position, and its status."""

    entry: UUID
    status: Status


Earlier = Mapping[Key, EarlierEntry]
ONE_SECOND = timedelta(seconds=1)
# What is read of an entry to compare with.
EARLIER_FIELDS = (
    "status",
    "member_commitment__commitment",
    "member_commitment__member",
)


def previous_comparison(
    plan: Plan, *, stocktake: Stocktake | None, at: date, known_at: datetime
) -> Comparison | None:
    """Return the clocks of the last close before a stocktake. One query.

    Without a stocktake it is the last close by both clocks, with a second to pass until
    its next whole one. None before the first.
    """
    closed_by = min(known_at - ONE_SECOND, end_of_day(at))
    if stocktake is not None and stocktake.opened_at is not None:
        closed_by = stocktake.opened_at
    closed = Stocktake.objects.filter(plan=plan, closed_at__lte=closed_by)
    last = closed.order_by("-closed_at", "-pk").first()
    return Comparison.with_close_of(last) if last else None


def earlier_entries(
    entries: EntryQuerySet, *, plan: Plan, comparison: Comparison
) -> Earlier:
    """Return what the positions were, among these entries. One query.

    `entries` are those that the reader may see now, or those of a report's audience.
    """
    owed = MemberCommitment.objects.filter(commitment__plan=plan)
    found = entries.positions(owed, at=comparison.at, known_at=comparison.known_at)
    return earlier_from(found.select_related("member_commitment").only(*EARLIER_FIELDS))


def earlier_from(entries: Iterable[Entry]) -> Earlier:
    """Return what the positions were, from the entries that were them."""
    return {
        key_of(entry): EarlierEntry(entry.pk, cast("Status", entry.status))
        for entry in entries
    }


def compared(positions: Positions, earlier: Earlier) -> Positions:
    """Return the positions with the status of before, also those that are gone."""
    keys = positions.keys() | earlier.keys()
    return {
        key: replace(positions.get(key, NO_POSITION), before=_status(earlier.get(key)))
        for key in keys
    }


def _status(found: EarlierEntry | None) -> Status | Literal[""]:
    return found.status if found else ""


def withdrawn_among(
    gone: Mapping[Key, UUID], entries: EntryQuerySet, *, known_at: datetime
) -> Collection[Key]:
    """Return which of these earlier entries have a withdrawal that is among `entries`.

    An entry may have been corrected before it was withdrawn. If any step is not among
    `entries`, its reader must not learn how the chain ended. One query.
    """
    if not gone:
        return ()
    steps = (
        entries.filter(
            Q(kind="correction") | Q(kind="withdrawal"),
            state="published",
            published_at__lte=known_at,
            member_commitment__commitment__in={commitment for commitment, _ in gone},
        )
        .order_by("published_at", "pk")
        .values_list("supersedes", "pk", "kind")
    )
    next_of = {before: (pk, kind) for before, pk, kind in steps}
    return {key for key, entry in gone.items() if _ends_withdrawn(entry, next_of)}


def _ends_withdrawn(
    entry: UUID, next_of: Mapping[UUID | None, tuple[UUID, str]]
) -> bool:
    kind = ""
    while entry in next_of:
        entry, kind = next_of[entry]
    return kind == "withdrawal"
