"""The page of one stocktake: dates, decisions and coverage for one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import User
from progress.ledger.closing_hash import closing_hash
from progress.models import Entry, Extension, Release, State, Stocktake
from progress.permissions import is_colleague
from progress.stocktakes.coverage import (
    CoverageState,
    MemberCoverage,
    count_states,
    coverage_by_member,
    not_begun,
    own_coverages,
)
from progress.stocktakes.deadlines import Deadline, deadline_among
from progress.stocktakes.second_review import has_second_reviewer


@dataclass(frozen=True)
class StocktakePage:
    """What the page of one stocktake may show to one reader."""

    stocktake: Stocktake
    reader: User
    at: datetime

    @cached_property
    def is_presidency(self) -> bool:
        return self.reader.is_presidency(self.at)

    @property
    def has_opened(self) -> bool:
        return self.stocktake.opened_at is not None

    @property
    def is_open(self) -> bool:
        return self.stocktake.state is Stocktake.State.OPEN

    @cached_property
    def deadline(self) -> Deadline:
        """The deadline of the reader's delegation, or the one that holds for all."""
        theirs = {None, self.reader.delegation}
        granted = [grant for grant in self.extensions if grant.member_id in theirs]
        return deadline_among(granted, self.stocktake, self.at)

    @cached_property
    def extensions(self) -> Sequence[Extension]:
        visible = Extension.objects.visible_to(self.reader, self.at)
        return list(
            visible.filter(stocktake=self.stocktake)
            .select_related("member")
            .order_by("granted_at", "pk")
        )

    @property
    def running_extensions(self) -> list[Extension]:
        return [grant for grant in self.extensions if grant.ends_at >= self.at]

    @property
    def grace_runs(self) -> bool:
        return self.at <= self.stocktake.grace_ends_at

    @property
    def still_runs(self) -> bool:
        """Whether a close now would end grace or an extension early."""
        return self.grace_runs or bool(self.running_extensions)

    @cached_property
    def releases(self) -> Sequence[Release]:
        visible = Release.objects.visible_to(self.reader, self.at)
        return list(
            visible.filter(stocktake=self.stocktake)
            .select_related("entry__member_commitment__commitment")
            .select_related("entry__member_commitment__member")
            .order_by("released_at", "pk")
        )

    @cached_property
    def coverages(self) -> Sequence[MemberCoverage]:
        """The counts of every member, from what the reader may see."""
        if not self.has_opened:
            return []
        return coverage_by_member(self.reader, self.stocktake, at=self.at)

    @cached_property
    def state_counts(self) -> Mapping[CoverageState, int]:
        """How many commitments of the reader's delegation are in each state."""
        if self.reader.delegation is None or not self.has_opened:
            return {}
        begun = own_coverages(self.reader, self.stocktake, at=self.at).values()
        owed = sum(
            coverage.owed
            for coverage in self.coverages
            if coverage.member.code == self.reader.delegation
        )
        rest = [not_begun(self.stocktake, self.at)] * (owed - len(begun))
        return count_states([*begun, *rest])

    @property
    def knows_the_reviewer(self) -> bool:
        """Whether the reader may know the second reviewer's name."""
        reviewer = self.stocktake.second_reviewer
        return self.is_presidency or (
            reviewer is not None and is_colleague(reviewer, self.reader)
        )

    @property
    def needs_a_reviewer(self) -> bool:
        """Whether to show the Presidency that the second reviewer cannot review."""
        if not self.is_presidency or not self.has_opened:
            return False
        # The Presidency sees every extension, so these are all: no further query.
        return not has_second_reviewer(
            self.stocktake, at=self.at, granted=self.extensions
        )

    @cached_property
    def waiting(self) -> Sequence[Entry]:
        """Updates that wait for review and so keep the stocktake open."""
        return list(
            Entry.objects.visible_to(self.reader, self.at).filter(
                stocktake=self.stocktake,
                kind=Entry.Kind.UPDATE,
                state=State.SUBMITTED,
            )
        )

    @property
    def not_yet_submitted(self) -> int:
        return sum(coverage.not_yet_submitted for coverage in self.coverages)


def is_still_the_same(stocktake: Stocktake) -> bool:
    """Whether the positions at the close still give the hash recorded then."""
    return closing_hash(stocktake) == stocktake.closing_sha256
