"""How a stocktake filled up day by day, as far as a reader may know.

What is published counts from its publication until it is superseded or withdrawn, as it
was known on each day. What its reviewer has now counts from the day it came. That is
for those who may know of it (rule 4), and not for a look back: states are kept for now
only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.compiled_queries import CompiledOnce
from accounts.dates import end_of_day, utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from progress.models import Entry, State, Stocktake
from progress.positions.figures import Arrival, Reached, TimeInForce, count_reached
from progress.positions.viewpoint import Viewpoint
from progress.querysets.entries import IN_PROGRESS

ONE_DAY = timedelta(days=1)
# A longer time is shown in longer steps.
MOST_STEPS = 62


class EntryInStocktake(NamedTuple):
    """What is read of an entry."""

    member_commitment: UUID
    state: str
    kind: str
    submitted_at: datetime | None
    published_at: datetime | None
    # When an entry that superseded it was published.
    superseded_at: datetime | None
    pk: UUID


@dataclass(frozen=True)
class BurnUp:
    """The entries of a stocktake, and the steps at which they are counted."""

    stocktake: Stocktake
    # By member commitment.
    entries: Sequence[Sequence[EntryInStocktake]]
    owed: int
    # The last instant of each step. Those that are still to come are not counted.
    steps: Sequence[datetime]
    counted: int
    # Whether the reader may know what was received and is not published.
    knows_received: bool

    @property
    def keys(self) -> list[UUID]:
        return [entry.pk for entries in self.entries for entry in entries]

    @property
    def instants(self) -> Sequence[datetime]:
        """The instants at which it is counted."""
        return self.steps[: self.counted]

    @property
    def reached(self) -> list[Reached]:
        """How many were published, and how many only received, at each instant."""
        return count_reached(map(arrival_of, self.entries), self.instants)


def arrival_of(entries: Sequence[EntryInStocktake]) -> Arrival:
    """Return when one member commitment was covered, as `stocktakes.coverage` counts.

    The entries are the newest first.
    """
    in_force = [
        TimeInForce(entry.published_at, entry.superseded_at)
        for entry in entries
        if entry.published_at is not None and entry.kind != Entry.Kind.WITHDRAWAL
    ]
    updates = [entry for entry in entries if entry.kind == Entry.Kind.UPDATE]
    at_work = [entry.state for entry in updates if entry.state in IN_PROGRESS]
    is_covered = any(stretch.end is None for stretch in in_force)
    if is_covered or at_work[:1] == [State.SUBMITTED]:
        came = [entry.submitted_at for entry in updates if entry.submitted_at]
        return Arrival(in_force, min(came, default=None))
    return Arrival(in_force)


def read_burn_up(
    viewpoint: Viewpoint,
    stocktake: Stocktake,
    *,
    member: str | None = None,
    owed: int | None = None,
) -> BurnUp:
    """Return the entries of an opened stocktake that the reader may see. Two queries.

    With a member it is of that member alone. `owed` is the number of its member
    commitments, where the caller has counted them: that saves one of the queries.
    """
    clocks = viewpoint.clocks
    of_member = viewpoint.reads_all_of(member) if member else viewpoint.reads_all
    knows = clocks.is_now and of_member
    rows = _entries(
        reader=viewpoint.reader,
        at=viewpoint.reading_at,
        stocktake=stocktake.pk,
        member=member,
    )
    found: dict[UUID, list[EntryInStocktake]] = defaultdict(list)
    for row in rows:
        entry = EntryInStocktake(*row)
        if entry.state == State.PUBLISHED or knows:
            found[entry.member_commitment].append(entry)
    if owed is None:
        rows_owed = MemberCommitment.objects.filter(commitment__plan=stocktake.plan_id)
        owed = (rows_owed.filter(member=member) if member else rows_owed).count()
    passed, to_come = steps_of(stocktake, until=clocks.known_at)
    return BurnUp(
        stocktake=stocktake,
        entries=list(found.values()),
        owed=owed,
        steps=[*passed, *to_come],
        counted=len(passed),
        knows_received=knows,
    )


def steps_of(
    stocktake: Stocktake, *, until: datetime
) -> tuple[list[datetime], list[datetime]]:
    """Return the end of each UTC day since it opened, and of those still to come.

    It ends with its close or, while it is open, with its days of grace. A long
    stocktake has steps of several days. The last step that has passed ends with the
    time asked for.
    """
    if stocktake.opened_at is None:
        raise ValueError(f"{stocktake} has not opened")
    is_closed = stocktake.closed_at is not None and stocktake.closed_at <= until
    last = stocktake.closed_at if is_closed and stocktake.closed_at else until
    first_day, last_day = utc_day(stocktake.opened_at), utc_day(last)
    end_day = last_day if is_closed else max(last_day, utc_day(stocktake.grace_ends_at))
    width = -(-((end_day - first_day).days + 1) // MOST_STEPS)
    passed = [
        last_day - ONE_DAY * back
        for back in range(0, max((last_day - first_day).days + 1, 1), width)
    ]
    to_come = (end_day - last_day).days
    return (
        [min(end_of_day(day), last) for day in reversed(passed)],
        [
            end_of_day(last_day + ONE_DAY * ahead)
            for ahead in range(width, to_come + width, width)
        ],
    )


@CompiledOnce
def _entries(
    *, reader: User, at: datetime, stocktake: UUID, member: str | None
) -> QuerySet[Entry, tuple[Any, ...]]:
    """Return what counts of the entries of a stocktake.

    An entry is superseded even if the reader may not see the successor (rule 3).
    """
    visible: Any = Entry.objects.visible_to(reader, at).filter(stocktake=stocktake)
    if member is not None:
        visible = visible.filter(member_commitment__member=member)
    successors = Entry.objects.filter(supersedes=OuterRef("pk"), state="published")
    counted = visible.filter(state__in=("published", *IN_PROGRESS))
    rows: QuerySet[Entry, tuple[Any, ...]] = (
        counted.annotate(superseded_at=Subquery(successors.values("published_at")[:1]))
        .order_by("-written_at", "pk")
        .values_list(*EntryInStocktake._fields)
    )
    return rows
