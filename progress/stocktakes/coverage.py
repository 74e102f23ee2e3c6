"""How far each delegation is with a stocktake, in words and in numbers.

Two views. A delegation sees a word for each of its commitments. Everybody else sees
numbers a member, counted from what they may see: the Presidency learns how many are not
yet submitted and never which (rule 4); others learn what is released, and nothing of
the rest.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.members import members_in_order
from accounts.models import Member, User
from commitments.models import MemberCommitment
from progress.entries.states import WITH_SECOND_REVIEWER
from progress.models import Entry, State, Stocktake
from progress.querysets.entries import AT_WORK, EntryQuerySet


class CoverageState(models.TextChoices):
    """Where one member commitment is in a stocktake."""

    NO_DRAFT = "no_draft", _("No draft")
    DRAFTING = "drafting", _("Draft")
    IN_CLEARANCE = "in_clearance", _("In clearance")
    SUBMITTED = "submitted", _("With the Presidency")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")


def coverage_state_label(state: CoverageState, *, is_chairs_own: bool) -> str:
    """Return the words for a coverage state, as every screen shows them."""
    if is_chairs_own and state is CoverageState.SUBMITTED:
        return str(WITH_SECOND_REVIEWER)
    return str(state.label)


COVERAGE_OF_STATE = {
    State.DRAFT: CoverageState.DRAFTING,
    State.IN_CLEARANCE: CoverageState.IN_CLEARANCE,
    State.SUBMITTED: CoverageState.SUBMITTED,
    State.RETURNED: CoverageState.RETURNED,
    State.PUBLISHED: CoverageState.PUBLISHED,
}
REPORTED = frozenset({CoverageState.SUBMITTED, CoverageState.PUBLISHED})


@dataclass(frozen=True)
class Coverage:
    """The word for one member commitment; late is a flag beside it."""

    word: CoverageState
    is_late: bool
    entry: Entry | None = None


def own_coverage(
    reader: User, stocktake: Stocktake, *, at: datetime
) -> dict[UUID, Coverage]:
    """Of the reader's own delegation, by member commitment. Two queries."""
    owed = MemberCommitment.objects.filter(
        commitment__plan=stocktake.plan_id, member=reader.delegation
    ).values_list("pk", flat=True)
    found = coverages_of(own_entries(reader, stocktake, at=at), stocktake, at)
    nothing = not_begun(stocktake, at)
    return {pk: found.get(pk, nothing) for pk in owed}


def own_entries(reader: User, stocktake: Stocktake, *, at: datetime) -> EntryQuerySet:
    """What the reader's delegation has in a stocktake, or at work beside an open one.

    A draft begun before it opened joins it when it is submitted. What was released from
    it waits for review outside: to its delegation it is submitted all the same.
    """
    mine = Entry.objects.visible_to(reader, at).filter(
        member_commitment__member=reader.delegation,
        member_commitment__commitment__plan=stocktake.plan_id,
    )
    within = Q(stocktake=stocktake)
    if stocktake.state is Stocktake.State.OPEN:
        beside = Q(stocktake=None, kind=Entry.Kind.UPDATE, state__in=AT_WORK)
        within |= beside
    return mine.filter(within)


def not_begun(stocktake: Stocktake, at: datetime) -> Coverage:
    """What a member commitment without any entry of the stocktake is."""
    return Coverage(CoverageState.NO_DRAFT, is_late=stocktake.is_past_due(at))


def coverages_of(
    entries: EntryQuerySet, stocktake: Stocktake, at: datetime
) -> dict[UUID, Coverage]:
    """By member commitment, from the entries of a stocktake in hand. One query."""
    standing = Entry.objects.as_known_at(at).exclude(kind=Entry.Kind.WITHDRAWAL)
    rows = (
        entries.exclude(state=State.DISCARDED)
        .annotate(stands=Exists(standing.filter(pk=OuterRef("pk"))))
        .select_related("member_commitment")
        .without_text()
        .order_by("member_commitment", "-written_at", "pk")
    )
    groups = groupby(rows, key=lambda entry: entry.member_commitment_id)
    found = {pk: _coverage(list(group), stocktake, at) for pk, group in groups}
    return {pk: coverage for pk, coverage in found.items() if coverage is not None}


def _coverage(
    entries: list[Entry], stocktake: Stocktake, at: datetime
) -> Coverage | None:
    """What stands published counts, else the update at work.

    A correction at work takes nothing back; a published withdrawal does.
    """
    updates = [entry for entry in entries if entry.kind == Entry.Kind.UPDATE]
    published = [entry for entry in entries if getattr(entry, "stands", False)]
    at_work = [entry for entry in updates if entry.state in AT_WORK]
    counted = next(iter([*published, *at_work]), None)
    if counted is None:
        return None
    # Late is who brought in the first update late: a correction has no deadline. What
    # has not reached the Presidency is late from the deadline on.
    reached = [entry.submitted_at for entry in updates if entry.submitted_at]
    is_late = (
        stocktake.is_past_due(min(reached))
        if reached
        else (not published and stocktake.is_past_due(at))
    )
    return Coverage(
        COVERAGE_OF_STATE[State(counted.state)], is_late=is_late, entry=counted
    )


def count_states(coverages: Iterable[Coverage]) -> dict[CoverageState, int]:
    """How many there are of each word, zero too, in the order of the workflow."""
    counts = Counter(coverage.word for coverage in coverages)
    return {word: counts[word] for word in CoverageState}


@dataclass(frozen=True)
class MemberCoverage:
    """What one member has brought in, as far as the reader may know."""

    member: Member
    owed: int
    published: int
    # At the Presidency: nothing for whoever may not know.
    submitted: int
    late: int

    @property
    def not_yet_submitted(self) -> int:
        """One number: no draft, drafts, clearance and returns are not told apart."""
        return self.owed - self.published - self.submitted


def coverage_by_member(
    reader: User, stocktake: Stocktake, *, at: datetime
) -> list[MemberCoverage]:
    """Every member's numbers, counted from what the reader may see. Two queries."""
    seen = Entry.objects.visible_to(reader, at).filter(stocktake=stocktake)
    found = coverages_of(seen, stocktake, at).values()
    rows = MemberCommitment.objects.filter(commitment__plan=stocktake.plan_id)
    owed = Counter(row.member for row in rows.select_related("member"))
    return [
        _member_coverage(member, owed[member], found)
        for member in members_in_order(owed)
    ]


def _member_coverage(
    member: Member, owed: int, coverages: Iterable[Coverage]
) -> MemberCoverage:
    """The delegation's own words before submission are left out for it as well."""
    theirs = [
        coverage
        for coverage in coverages
        if coverage.word in REPORTED
        and coverage.entry
        and coverage.entry.member_code == member.code
    ]
    words = Counter(coverage.word for coverage in theirs)
    return MemberCoverage(
        member=member,
        owed=owed,
        published=words[CoverageState.PUBLISHED],
        submitted=words[CoverageState.SUBMITTED],
        late=sum(coverage.is_late for coverage in theirs),
    )
