"""One stocktake, as a reader may see it: dates, decisions, and how far everybody is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import User
from progress.ledger.closing_hash import closing_hash
from progress.models import Entry, Extension, Release, State, Stocktake
from progress.stocktakes.coverage import (
    CoverageState,
    MemberCoverage,
    count_states,
    coverage_by_member,
    own_coverage,
)
from progress.stocktakes.deadlines import Deadline, deadline_among
from progress.stocktakes.second_review import has_second_reviewer


@dataclass(frozen=True)
class StocktakePage:
    """What one reader's page may hold."""

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
        """Of the reader's own delegation, or of all."""
        theirs = {None, self.reader.delegation}
        granted = [one for one in self.extensions if one.member_id in theirs]
        return deadline_among(granted, self.stocktake, self.at)

    @cached_property
    def extensions(self) -> Sequence[Extension]:
        known = Extension.objects.visible_to(self.reader, self.at)
        return list(
            known.filter(stocktake=self.stocktake)
            .select_related("member")
            .order_by("granted_at", "pk")
        )

    @property
    def running_extensions(self) -> list[Extension]:
        return [one for one in self.extensions if one.ends_at >= self.at]

    @property
    def grace_runs(self) -> bool:
        return self.at <= self.stocktake.grace_ends_at

    @property
    def still_runs(self) -> bool:
        """Has somebody been promised time that a close would end?"""
        return self.grace_runs or bool(self.running_extensions)

    @cached_property
    def releases(self) -> Sequence[Release]:
        known = Release.objects.visible_to(self.reader, self.at)
        return list(
            known.filter(stocktake=self.stocktake)
            .select_related("entry__member_commitment__commitment")
            .select_related("entry__member_commitment__member")
            .order_by("released_at", "pk")
        )

    @cached_property
    def coverages(self) -> Sequence[MemberCoverage]:
        """Every member's numbers, counted from what the reader may see."""
        if not self.has_opened:
            return []
        return coverage_by_member(self.reader, self.stocktake, at=self.at)

    @cached_property
    def words(self) -> Mapping[CoverageState, int]:
        """The reader's own delegation, in the words it knows itself by."""
        if self.reader.delegation is None or not self.has_opened:
            return {}
        covered = own_coverage(self.reader, self.stocktake, at=self.at)
        return count_states(covered.values())

    @property
    def knows_the_reviewer(self) -> bool:
        """A person's name is for the Presidency and for their own delegation."""
        reviewer = self.stocktake.second_reviewer
        is_colleague = reviewer is not None and (
            self.reader.delegation == reviewer.member_id
        )
        return self.is_presidency or is_colleague

    @property
    def needs_a_reviewer(self) -> bool:
        """Whoever was named can review no longer, which the Presidency is told."""
        if not self.is_presidency or not self.has_opened:
            return False
        # The Presidency knows of every extension: they are not asked for again.
        return not has_second_reviewer(
            self.stocktake, at=self.at, granted=self.extensions
        )

    @cached_property
    def waiting(self) -> Sequence[Entry]:
        """Updates that wait for review in it, and so keep it open."""
        return list(
            Entry.objects.visible_to(self.reader, self.at).filter(
                stocktake=self.stocktake,
                kind=Entry.Kind.UPDATE,
                state=State.SUBMITTED,
            )
        )

    @property
    def not_yet_submitted(self) -> int:
        return sum(one.not_yet_submitted for one in self.coverages)


def is_still_the_same(stocktake: Stocktake) -> bool:
    """Do the positions of then still give the hash of the close?"""
    return closing_hash(stocktake) == stocktake.closing_sha256


def in_order(stocktakes: Iterable[Stocktake], ordering: str) -> list[Stocktake]:
    """By one column of the list; without one, what is open first, then the newest."""
    key = ordering.removeprefix("-")
    if key not in {"title", "opens_at", "due_at"}:
        states = [Stocktake.State.OPEN, Stocktake.State.PLANNED, Stocktake.State.CLOSED]
        newest = sorted(stocktakes, key=lambda one: one.opens_at, reverse=True)
        return sorted(newest, key=lambda one: states.index(one.state))
    return sorted(
        stocktakes,
        key=lambda one: (getattr(one, key), str(one.pk)),
        reverse=ordering.startswith("-"),
    )
