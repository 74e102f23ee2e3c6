"""The home page by role: what is due, what came back, and what needs the reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.models import Role, User
from accounts.permissions import is_officer_in_person
from commitments.models import Plan
from g7plan.jobs import count_undecided
from partners.reminding import Remindable, remindable
from progress.conversations.unanswered import Unanswered, unanswered_for
from progress.models import Entry, State, Stocktake
from progress.permissions import can_review
from progress.positions.clocks import Clocks
from progress.positions.overview import Overview, build_overview
from progress.positions.plan_table import plan_table
from progress.positions.viewpoint import Viewpoint
from progress.stocktakes.coverage import (
    CoverageState,
    MemberCoverage,
    count_states,
    coverage_by_member,
    own_coverage,
)
from progress.stocktakes.task_filters import count_tasks
from progress.stocktakes.task_list import (
    TO_WRITE,
    Task,
    is_limited_to_assignments,
    tasks_of,
)

WRITERS = (Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)


@dataclass(frozen=True)
class DelegationDesk:
    """The entries the reader's delegation owes, and those that came back to it."""

    state_counts: Mapping[CoverageState, int]
    # Empty if the reader drafts nothing: they only read the numbers.
    tasks: Sequence[Task] = ()

    @property
    def owed(self) -> int:
        return sum(self.state_counts.values())

    @property
    def to_write(self) -> int:
        return sum(
            count for state, count in self.state_counts.items() if state in TO_WRITE
        )

    @property
    def came_back(self) -> list[Task]:
        return [task for task in self.tasks if task.came_back]

    @property
    def in_clearance(self) -> int:
        """Return how many entries, also corrections, are in clearance."""
        entries = [
            entry
            for task in self.tasks
            for entry in (task.update, *task.amendments)
            if entry is not None
        ]
        return sum(entry.state == State.IN_CLEARANCE for entry in entries)


@dataclass(frozen=True)
class ReviewDesk:
    """The progress of the delegations, and the entries that wait for this reviewer."""

    coverages: Sequence[MemberCoverage]
    # When each waiting entry was submitted.
    waiting: Sequence[datetime]
    # The delegation whose entries another person reviews: the reader's own.
    own: str | None = None
    # For the Presidency: the delegations with missing entries.
    reminders: Sequence[Remindable] = ()

    @property
    def waiting_since(self) -> datetime | None:
        return min(self.waiting, default=None)

    @property
    def for_another(self) -> int:
        """How many the column of submitted entries counts for another reviewer."""
        return sum(
            coverage.submitted
            for coverage in self.coverages
            if coverage.member.code == self.own
        )

    @property
    def in_column(self) -> int:
        """How many waiting entries the column of submitted entries counts."""
        submitted = sum(coverage.submitted for coverage in self.coverages)
        return submitted - self.for_another

    @property
    def beside_column(self) -> int:
        """How many waiting entries the column does not count.

        They are corrections, withdrawals, updates of what is published already, and
        entries outside the stocktake.
        """
        return len(self.waiting) - self.in_column


@dataclass(frozen=True)
class AdministrationDesk:
    people: dict[str, int]
    undecided_jobs: int


@dataclass(frozen=True)
class HomePage:
    """The parts of one reader's home page. A part that is not for them is None."""

    reader: User
    at: datetime
    plan: Plan
    # The newest stocktake that has opened. It may be closed again.
    stocktake: Stocktake | None

    @property
    def open_stocktake(self) -> Stocktake | None:
        is_open = self.stocktake is not None and self.stocktake.closed_at is None
        return self.stocktake if is_open else None

    @cached_property
    def is_presidency(self) -> bool:
        return self.reader.is_presidency(self.at)

    @cached_property
    def writes(self) -> bool:
        return self.reader.has_role(*WRITERS)

    @property
    def is_limited_to_assignments(self) -> bool:
        """Return whether the reader only drafts the commitments assigned to them."""
        return is_limited_to_assignments(self.reader)

    @property
    def clears(self) -> bool:
        return self.reader.is_head_at(self.at)

    @cached_property
    def delegation(self) -> DelegationDesk | None:
        """Return the delegation's part, or None for a reviewer who drafts nothing."""
        reviews = self.presidency is not None or self.second_review is not None
        if self.reader.delegation is None or (reviews and not self.writes):
            return None
        stocktake = self.open_stocktake
        if not self.writes:
            covered = (
                own_coverage(self.reader, stocktake, at=self.at) if stocktake else {}
            )
            return DelegationDesk(count_states(covered.values()))
        tasks = tasks_of(
            self.plan, stocktake, reader=self.reader, at=self.at, has_people=False
        )
        return DelegationDesk(count_tasks(tasks), tasks)

    @cached_property
    def presidency(self) -> ReviewDesk | None:
        if not self.is_presidency:
            return None
        desk = self._review_desk()
        if self.open_stocktake is None:
            return desk
        found = remindable(self.open_stocktake, desk.coverages, at=self.at)
        return replace(desk, reminders=found)

    @cached_property
    def second_review(self) -> ReviewDesk | None:
        """Return the second reviewer's part, with the numbers of the chair's member.

        It is for the open stocktake, or for an earlier one with corrections to review.
        """
        if self.is_presidency or not can_review(self.reader, at=self.at):
            return None
        stocktake = self.open_stocktake
        desk = self._review_desk(only=self.reader.chair_at(self.at))
        if stocktake is not None and stocktake.second_reviewer_id == self.reader.pk:
            return desk
        return replace(desk, coverages=[]) if desk.waiting else None

    def _review_desk(self, only: str | None = None) -> ReviewDesk:
        stocktake = self.open_stocktake
        coverages = (
            coverage_by_member(self.reader, stocktake, at=self.at) if stocktake else []
        )
        return ReviewDesk(
            coverages=[
                coverage
                for coverage in coverages
                if only in {None, coverage.member.code}
            ],
            waiting=_waiting(reader=self.reader, at=self.at),
            own=self.reader.delegation,
        )

    @property
    def sees_keys(self) -> bool:
        """Whether the reader sees the API keys of their delegation."""
        return is_officer_in_person(self.reader)

    @cached_property
    def unanswered(self) -> Unanswered | None:
        """Return the comments and questions that need the reader's reply."""
        return unanswered_for(self.reader, self.at)

    @cached_property
    def overview(self) -> Overview | None:
        """Return the overview of positions, for observers and assessors."""
        if not self.reader.has_role(Role.OBSERVER, Role.ASSESSOR):
            return None
        clocks = Clocks.now(self.at)
        table = plan_table(self.plan.slug, on=clocks.at)
        return build_overview(table, self.viewpoint) if table else None

    @property
    def viewpoint(self) -> Viewpoint:
        clocks = Clocks.now(self.at)
        return Viewpoint(self.reader, self.at, self.plan, self.stocktake, clocks)


@CompiledOnce
def _waiting(*, reader: User, at: datetime) -> QuerySet[Entry, Any]:
    """Return when each entry was submitted that this person is to review."""
    waiting = Entry.objects.visible_to(reader, at).to_review_by(reader, at)
    return waiting.values_list("submitted_at", flat=True)


def administration_of(reader: User, at: datetime) -> AdministrationDesk | None:
    """Return the administrator's part: numbers only, because they read no entries."""
    if not reader.is_administrator:
        return None
    people = User.objects.people().only("is_active", "password")
    return AdministrationDesk(
        people=Counter(person.account_state for person in people),
        undecided_jobs=count_undecided(at),
    )
