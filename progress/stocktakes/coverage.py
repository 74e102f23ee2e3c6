"""How far each delegation is with a stocktake: states and counts.

A delegation sees a state for each of its commitments. Other readers see counts for each
member, made from the entries they may see. The Presidency learns how many are not yet
submitted, never which ones (rule 4). Others count published entries only.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db import models
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.compiled_queries import CompiledOnce
from accounts.models import Member, User, members_in_order
from commitments.models import MemberCommitment
from progress.entries.states import state_label
from progress.models import Entry, State, Stocktake
from progress.querysets.entries import IN_PROGRESS, EntryQuerySet


class CoverageState(models.TextChoices):
    """The state of one member commitment in a stocktake."""

    NO_DRAFT = "no_draft", _("No draft")
    DRAFTING = "drafting", State.DRAFT.label
    IN_CLEARANCE = "in_clearance", State.IN_CLEARANCE.label
    SUBMITTED = "submitted", State.SUBMITTED.label
    RETURNED = "returned", State.RETURNED.label
    PUBLISHED = "published", State.PUBLISHED.label


def coverage_state_label(state: CoverageState, *, is_chairs_own: bool) -> str:
    """Return the label of a coverage state, as every screen shows it."""
    if state is CoverageState.NO_DRAFT:
        return str(state.label)
    return state_label(STATE_OF_COVERAGE[state], is_chairs_own=is_chairs_own)


COVERAGE_OF_STATE = {
    State.DRAFT: CoverageState.DRAFTING,
    State.IN_CLEARANCE: CoverageState.IN_CLEARANCE,
    State.SUBMITTED: CoverageState.SUBMITTED,
    State.RETURNED: CoverageState.RETURNED,
    State.PUBLISHED: CoverageState.PUBLISHED,
}
STATE_OF_COVERAGE = {coverage: state for state, coverage in COVERAGE_OF_STATE.items()}
REPORTED = frozenset({CoverageState.SUBMITTED, CoverageState.PUBLISHED})


@dataclass(frozen=True)
class Coverage:
    """The coverage state of one member commitment, and whether it is late."""

    state: CoverageState
    is_late: bool


class Begun(NamedTuple):
    """What coverage needs to know of the entries of one member commitment."""

    # Whether an entry is published and in force.
    is_published: bool
    # The states of the updates in progress, the newest first.
    states: list[str] | None
    # When the first update was submitted.
    first_submitted_at: datetime | None


def own_coverage(
    reader: User, stocktake: Stocktake, *, at: datetime
) -> dict[UUID, Coverage]:
    """Return the coverage of the reader's delegation by member commitment.

    Two queries.
    """
    owed = MemberCommitment.objects.filter(
        commitment__plan=stocktake.plan_id, member=reader.delegation
    ).values_list("pk", flat=True)
    found = own_coverages(reader, stocktake, at=at)
    nothing = not_begun(stocktake, at)
    return {pk: found.get(pk, nothing) for pk in owed}


def own_coverages(
    reader: User, stocktake: Stocktake, *, at: datetime
) -> dict[UUID, Coverage]:
    """Return the coverage of what the delegation has begun in a stocktake. One query.

    Updates that may join the stocktake count too.
    """
    rows = _own_entries(
        reader=reader,
        at=at,
        plan=stocktake.plan_id,
        stocktake=stocktake.pk,
        is_open=stocktake.state is Stocktake.State.OPEN,
    )
    return _coverages(rows, stocktake, at)


@CompiledOnce
def _own_entries(
    *, reader: User, at: datetime, plan: int, stocktake: UUID, is_open: bool
) -> QuerySet[Entry, tuple[Any, ...]]:
    mine = Entry.objects.own_of(reader).filter(member_commitment__commitment__plan=plan)
    counted = mine.filter(_counted_in(stocktake, is_open=is_open))
    return _begun(counted, at, "member_commitment")


def counted_in(stocktake: Stocktake) -> Q:
    """Return the condition of entries that a delegation counts in a stocktake.

    A draft begun before the stocktake opened joins it when it is submitted. An entry
    released from it waits for review outside, and its delegation still counts it.
    """
    is_open = stocktake.state is Stocktake.State.OPEN
    return _counted_in(stocktake.pk, is_open=is_open)


def _counted_in(stocktake: UUID, *, is_open: bool) -> Q:
    within = Q(stocktake=stocktake)
    if is_open:
        within |= Q(stocktake=None, kind=Entry.Kind.UPDATE, state__in=IN_PROGRESS)
    return within


def not_begun(stocktake: Stocktake, at: datetime) -> Coverage:
    """Return the coverage of a member commitment without an entry of the stocktake."""
    return Coverage(CoverageState.NO_DRAFT, is_late=stocktake.is_past_due(at))


def coverages_of(
    entries: EntryQuerySet, stocktake: Stocktake, at: datetime
) -> dict[UUID, Coverage]:
    """Return coverage by member commitment, from entries of a stocktake. One query."""
    return _coverages(_begun(entries, at, "member_commitment"), stocktake, at)


def _begun(
    entries: EntryQuerySet, at: datetime, *by: str
) -> QuerySet[Entry, tuple[Any, ...]]:
    """Return a row for each group of entries: the columns `by`, then as in `Begun`."""
    is_update = Q(kind=Entry.Kind.UPDATE)
    counted: Any = entries.exclude(state=State.DISCARDED).with_in_force(at).order_by()
    rows: QuerySet[Entry, tuple[Any, ...]] = (
        counted.values(*by)
        .annotate(
            is_published=BoolOr("is_in_force"),
            states=ArrayAgg(
                "state",
                filter=is_update & Q(state__in=IN_PROGRESS),
                order_by=("-written_at", "pk"),
            ),
            first_submitted_at=Min("submitted_at", filter=is_update),
        )
        .values_list(*by, *Begun._fields)
    )
    return rows


def _coverages(
    rows: Iterable[tuple[Any, ...]], stocktake: Stocktake, at: datetime
) -> dict[UUID, Coverage]:
    found = {pk: _coverage(Begun(*begun), stocktake, at) for pk, *begun in rows}
    return {pk: coverage for pk, coverage in found.items() if coverage is not None}


def _coverage(begun: Begun, stocktake: Stocktake, at: datetime) -> Coverage | None:
    """Return the coverage by the published entry, else by the update in progress.

    A correction in progress changes nothing; a published withdrawal does.
    """
    states = [State.PUBLISHED] if begun.is_published else begun.states
    if not states:
        return None
    # Lateness counts from the first update submitted: corrections have no deadline. An
    # update that has not reached the Presidency is late from the deadline on.
    reached_at = begun.first_submitted_at
    is_late = (
        stocktake.is_past_due(reached_at)
        if reached_at
        else (not begun.is_published and stocktake.is_past_due(at))
    )
    return Coverage(COVERAGE_OF_STATE[State(states[0])], is_late=is_late)


def count_states(coverages: Iterable[Coverage]) -> dict[CoverageState, int]:
    """Return the count of each state, zeros too, in the order of the workflow."""
    counts = Counter(coverage.state for coverage in coverages)
    return {state: counts[state] for state in CoverageState}


@dataclass(frozen=True)
class MemberCoverage:
    """How many entries one member has submitted, as far as the reader may know."""

    member: Member
    owed: int
    published: int
    # With the Presidency; zero for readers who may not know.
    submitted: int
    late: int

    @property
    def not_yet_submitted(self) -> int:
        """One number for no draft, draft, in clearance and returned together."""
        return self.owed - self.published - self.submitted


def coverage_by_member(
    reader: User, stocktake: Stocktake, *, at: datetime
) -> list[MemberCoverage]:
    """Return the counts of every member, from what the reader may see. Two queries."""
    return coverage_by_stocktake(reader, [stocktake], at=at)[stocktake.pk]


def coverage_by_stocktake(
    reader: User, stocktakes: Collection[Stocktake], *, at: datetime
) -> dict[UUID, list[MemberCoverage]]:
    """Return the counts of every member in each of these stocktakes. Two queries."""
    begun: dict[tuple[UUID, str], list[tuple[Any, ...]]] = defaultdict(list)
    keys = tuple(stocktake.pk for stocktake in stocktakes)
    for row in _visible_entries(reader=reader, at=at, stocktakes=keys):
        pk, member, *rest = row
        begun[pk, member].append(tuple(rest))
    owed = _owed_in({stocktake.plan_id for stocktake in stocktakes})
    found: dict[UUID, list[MemberCoverage]] = {}
    for stocktake in stocktakes:
        counts = owed[stocktake.plan_id]
        found[stocktake.pk] = [
            _member_coverage(
                member,
                counts[member],
                _coverages(begun[stocktake.pk, member.code], stocktake, at).values(),
            )
            for member in members_in_order(counts)
        ]
    return found


@CompiledOnce
def _visible_entries(
    *, reader: User, at: datetime, stocktakes: Collection[UUID]
) -> QuerySet[Entry, tuple[Any, ...]]:
    visible = Entry.objects.visible_to(reader, at).filter(stocktake__in=stocktakes)
    owner = "member_commitment__member"
    return _begun(visible, at, "stocktake", owner, "member_commitment")


def _owed_in(plans: Collection[int]) -> dict[int, dict[Member, int]]:
    """Return how many commitments of each plan bind each member. One query."""
    owed: dict[int, dict[Member, int]] = {pk: {} for pk in plans}
    members: Any = _members_by_plan(plans=tuple(sorted(plans)))
    for member in members:
        owed[member.plan][member] = member.owed
    return owed


@CompiledOnce
def _members_by_plan(*, plans: tuple[int, ...]) -> QuerySet[Member]:
    plan = "member_commitments__commitment__plan"
    return Member.objects.filter(**{f"{plan}__in": plans}).annotate(
        plan=F(plan), owed=Count("member_commitments")
    )


def _member_coverage(
    member: Member, owed: int, coverages: Iterable[Coverage]
) -> MemberCoverage:
    """Count what reached the Presidency, for the member's own delegation as well."""
    theirs = [coverage for coverage in coverages if coverage.state in REPORTED]
    counts = Counter(coverage.state for coverage in theirs)
    return MemberCoverage(
        member=member,
        owed=owed,
        published=counts[CoverageState.PUBLISHED],
        submitted=counts[CoverageState.SUBMITTED],
        late=sum(coverage.is_late for coverage in theirs),
    )
