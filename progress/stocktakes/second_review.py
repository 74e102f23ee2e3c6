"""Who can review the chair's own entries in a stocktake: no person of the chair."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Presidency, User
from accounts.people import by_name
from accounts.wording.names import name_order
from progress.models import Extension, Stocktake
from progress.permissions import SECOND_REVIEWERS, can_second_review
from progress.stocktakes.deadlines import latest_end


def chairs_during(
    stocktake: Stocktake,
    *,
    at: datetime,
    until: datetime | None = None,
    granted: Iterable[Extension] | None = None,
) -> frozenset[str]:
    """Return every member in the chair at any time between opening and close.

    A planned stocktake counts as opened now. An open one counts as open until its last
    deadline, or until `until` if that is later. For a closed one the present chair is
    added, because corrections of its entries may follow long after the close. `granted`
    are the stocktake's extensions, if they have been read.
    """
    opened_at = stocktake.opened_at or at
    extensions = stocktake.extensions.all() if granted is None else granted
    end = max(at, until or at, latest_end(stocktake, extensions))
    closed_at = stocktake.closed_at
    chairs = Presidency.objects.between(opened_at, closed_at or end)
    if closed_at is not None:
        chairs = chairs | Presidency.objects.at(at)
    return frozenset(chairs.values_list("member_id", flat=True))


def candidates(stocktake: Stocktake, *, at: datetime) -> list[User]:
    """Return the people who may be named, by member and name."""
    people = (
        User.objects.people()
        .filter(is_active=True, roles__overlap=list(SECOND_REVIEWERS))
        .exclude(member=None)
        .exclude(member__in=chairs_during(stocktake, at=at))
        .select_related("member")
        .order_by("pk")
    )
    return sorted(by_name(people), key=lambda person: name_order(str(person.member)))


def has_second_reviewer(
    stocktake: Stocktake,
    *,
    at: datetime,
    until: datetime | None = None,
    granted: Iterable[Extension] | None = None,
) -> bool:
    """Whether the named second reviewer can review, up to that instant."""
    reviewer = stocktake.second_reviewer
    chairs = chairs_during(stocktake, at=at, until=until, granted=granted)
    return reviewer is not None and can_second_review(reviewer, chairs=chairs)
