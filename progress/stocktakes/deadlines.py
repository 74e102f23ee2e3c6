"""Until when an update is accepted: the end of grace, or an extension beyond it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from progress.models import Entry, Extension, Stocktake


def accepts_until(stocktake: Stocktake, member: str | None) -> datetime:
    """The last instant at which this member's update is accepted. One query.

    Without a member: the last for every member alike. Later than `due_at` it is late
    all the same.
    """
    granted = Extension.objects.filter(stocktake=stocktake)
    return latest_end(stocktake, granted.filter(Q(member=None) | Q(member=member)))


def latest_end(stocktake: Stocktake, granted: Iterable[Extension]) -> datetime:
    """The end of grace, or of the longest of these extensions."""
    return max([stocktake.grace_ends_at, *(extension.ends_at for extension in granted)])


def is_accepted_at(stocktake: Stocktake, member: str, at: datetime) -> bool:
    """Is there still time for this member at an instant? Only of an open stocktake."""
    return at <= stocktake.grace_ends_at or at <= accepts_until(stocktake, member)


@dataclass(frozen=True)
class Deadline:
    """What one delegation, or a reader of none, is told of the time that is left."""

    due_at: datetime
    accepted_until: datetime
    is_extended: bool
    # Of an instant: is it late from here on, and is nothing accepted any more?
    is_past: bool
    is_over: bool


def deadline_of(stocktake: Stocktake, member: str | None, at: datetime) -> Deadline:
    """Of a member, or of every member alike. One query, or none: `with_time_for`."""
    if not hasattr(stocktake, "extended_until"):
        return _deadline(stocktake, accepts_until(stocktake, member), at)
    extended_until = stocktake.extended_until or stocktake.grace_ends_at
    return _deadline(stocktake, max(stocktake.grace_ends_at, extended_until), at)


def deadlines_of(
    entries: Iterable[Entry], member: str, at: datetime
) -> dict[UUID, Deadline]:
    """Of a delegation's updates, by their ids; what amends has none. One query."""
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
    """From one delegation's extensions in hand, of this stocktake and of others."""
    ours = [one for one in granted if one.stocktake_id == stocktake.pk]
    return _deadline(stocktake, latest_end(stocktake, ours), at)


def _deadline(stocktake: Stocktake, accepted_until: datetime, at: datetime) -> Deadline:
    return Deadline(
        due_at=stocktake.due_at,
        accepted_until=accepted_until,
        is_extended=accepted_until > stocktake.grace_ends_at,
        is_past=stocktake.is_past_due(at),
        is_over=at > accepted_until,
    )
