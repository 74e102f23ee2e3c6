"""Until when an update is accepted: the end of grace, or an extension beyond it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from progress.models import Entry, Extension, Stocktake


def accepts_until(stocktake: Stocktake, member: str | None) -> datetime:
    """Return the last instant at which this member's update is accepted. One query.

    Without a member it is the end that holds for all members. After `due_at` an update
    is accepted, but late.
    """
    granted = Extension.objects.filter(stocktake=stocktake)
    return latest_end(stocktake, granted.filter(Q(member=None) | Q(member=member)))


def latest_end(stocktake: Stocktake, granted: Iterable[Extension]) -> datetime:
    """Return the end of grace, or of the longest of these extensions if later."""
    return max([stocktake.grace_ends_at, *(extension.ends_at for extension in granted)])


def is_accepted_at(stocktake: Stocktake, member: str, at: datetime) -> bool:
    """Whether this member's update is accepted at an instant, in an open stocktake."""
    return at <= stocktake.grace_ends_at or at <= accepts_until(stocktake, member)


@dataclass(frozen=True)
class Deadline:
    """The deadline of one delegation, or of all, as seen at an instant."""

    due_at: datetime
    accepted_until: datetime
    is_extended: bool
    # An update is late from now on.
    is_past: bool
    # No update is accepted any more.
    is_over: bool


def deadline_of(stocktake: Stocktake, member: str | None, at: datetime) -> Deadline:
    """Return the deadline of a member, or the one that holds for all. One query."""
    return _deadline(stocktake, accepts_until(stocktake, member), at)


def annotated_deadline(stocktake: Stocktake, at: datetime) -> Deadline:
    """Return the deadline of the member that `with_time_for` was given. No query."""
    return _extended(stocktake, stocktake.extended_until, at)


def deadline_of_entry(entry: Entry, at: datetime) -> Deadline | None:
    """Return the deadline of an update from `with_time`. No query.

    A correction or a withdrawal has none, nor has an entry outside a stocktake.
    """
    if entry.stocktake is None or entry.kind != Entry.Kind.UPDATE:
        return None
    return _extended(entry.stocktake, entry.extended_until, at)


def deadlines_of(
    entries: Iterable[Entry], member: str, at: datetime
) -> dict[UUID, Deadline]:
    """Return the deadlines of a delegation's updates, by entry. One query.

    Corrections and withdrawals have none.
    """
    updates = [
        (entry.pk, entry.stocktake)
        for entry in entries
        if entry.stocktake is not None and entry.kind == Entry.Kind.UPDATE
    ]
    granted = list(
        Extension.objects.filter(
            Q(member=None) | Q(member=member),
            stocktake__in={stocktake.pk for _pk, stocktake in updates},
        )
    )
    return {pk: deadline_among(granted, stocktake, at) for pk, stocktake in updates}


def deadline_among(
    granted: Iterable[Extension], stocktake: Stocktake, at: datetime
) -> Deadline:
    """Return the deadline of one delegation, from its extensions of any stocktakes."""
    ours = [grant for grant in granted if grant.stocktake_id == stocktake.pk]
    return _deadline(stocktake, latest_end(stocktake, ours), at)


def _extended(
    stocktake: Stocktake, extended_until: datetime | None, at: datetime
) -> Deadline:
    end = max(stocktake.grace_ends_at, extended_until or stocktake.grace_ends_at)
    return _deadline(stocktake, end, at)


def _deadline(stocktake: Stocktake, accepted_until: datetime, at: datetime) -> Deadline:
    return Deadline(
        due_at=stocktake.due_at,
        accepted_until=accepted_until,
        is_extended=accepted_until > stocktake.grace_ends_at,
        is_past=stocktake.is_past_due(at),
        is_over=at > accepted_until,
    )
