"""Until when an update is accepted: the end of grace, or an extension beyond it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from progress.models import Extension, Stocktake


def accepts_until(stocktake: Stocktake, member: str | None) -> datetime:
    """The last instant at which this member's update is accepted. One query.

    Without a member: the last for every member alike. Later than `due_at` it is late
    all the same.
    """
    granted = Extension.objects.filter(stocktake=stocktake).filter(
        Q(member=None) | Q(member=member)
    )
    return latest_end(stocktake, granted)


def latest_end(stocktake: Stocktake, granted: Iterable[Extension]) -> datetime:
    """The same, from extensions in hand."""
    ends = [extension.ends_at for extension in granted]
    return max([stocktake.grace_ends_at, *ends])


def is_accepted_at(stocktake: Stocktake, member: str, at: datetime) -> bool:
    """Is there still time for this member at an instant? Only of an open stocktake."""
    return at <= stocktake.grace_ends_at or at <= accepts_until(stocktake, member)
