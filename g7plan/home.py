"""The first page after sign-in, put together by role: what is due, what came back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from accounts.models import Role, User
from commitments.models import Plan
from g7plan.jobs import count_to_see_to
from partners.reminding import Remindable, remindable
from progress.conversations.unanswered import Unanswered, unanswered_for
from progress.models import Entry, State, Stocktake
from progress.permissions import can_review, is_reviewer
from progress.positions.overview import Overview, build_overview
from progress.positions.plan_table import plan_table
from progress.positions.viewpoint import Clocks, Viewpoint
from progress.stocktakes.coverage import (
    CoverageState,
    MemberCoverage,
    count_states,
    coverage_by_member,
    own_coverage,
)
from progress.stocktakes.task_list import TO_WRITE, Task, count_tasks, tasks_of

WRITERS = (Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)


@dataclass(frozen=True)
class DelegationDesk:
    """What the reader's delegation has to bring in, and what came back to it."""

    state_counts: Mapping[CoverageState, int]
    # Nothing where the reader drafts nothing: they read the numbers.
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
        """Corrections and withdrawals wait for a signature like anything else."""
        at_work = [
            entry
            for task in self.tasks
            for entry in (task.update, *task.amendments)
            if entry is not None
        ]
        return sum(entry.state == State.IN_CLEARANCE for entry in at_work)


@dataclass(frozen=True)
class ReviewDesk:
    """How far the delegations are, and what waits for this reviewer."""

    coverages: Sequence[MemberCoverage]
    waiting: Sequence[Entry]
    # For the Presidency: who can be reminded of what is missing.
    reminders: Sequence[Remindable] = ()

    @property
    def waiting_since(self) -> datetime | None:
        times = [entry.submitted_at for entry in self.waiting if entry.submitted_at]
        return min(times, default=None)


@dataclass(frozen=True)
class AdministrationDesk:
    people: dict[str, int]
    jobs_to_see_to: int


@dataclass(frozen=True)
class HomePage:
    """Everything one reader's page may hold; what is not theirs is None."""

    reader: User
    at: datetime
    plan: Plan
    # The newest that has opened, perhaps closed again.
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
    def writes_what_is_assigned(self) -> bool:
        """A contributor is asked for the commitments named to them, others for all."""
        return not self.reader.has_role(Role.OFFICER, Role.HEAD)

    @property
    def clears(self) -> bool:
        return self.reader.has_role(Role.HEAD)

    @cached_property
    def delegation(self) -> DelegationDesk | None:
        """Who reviews and drafts nothing has other things to do."""
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
        if self.writes_what_is_assigned:
            tasks = [task for task in tasks if task.is_assigned]
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
        """For who was named to review the chair's own entries: its numbers alone.

        For the open stocktake, or for an earlier one whose corrections still wait.
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
            coverages=[one for one in coverages if only in {None, one.member.code}],
            waiting=_waiting(self.reader, self.at),
        )

    @cached_property
    def talk(self) -> Unanswered | None:
        """How much others wait for from the reader, across the line."""
        return unanswered_for(self.reader, self.at)

    @cached_property
    def overview(self) -> Overview | None:
        """For those who come to read."""
        if not self.reader.has_role(Role.OBSERVER, Role.ASSESSOR):
            return None
        clocks = Clocks.now(self.at)
        table = plan_table(self.plan.slug, on=clocks.at)
        return build_overview(table, self.viewpoint) if table else None

    @property
    def viewpoint(self) -> Viewpoint:
        clocks = Clocks.now(self.at)
        return Viewpoint(self.reader, self.at, self.plan, self.stocktake, clocks)


def _waiting(reader: User, at: datetime) -> list[Entry]:
    """Submitted, and this person's to review."""
    submitted = (
        Entry.objects.visible_to(reader, at)
        .filter(state=State.SUBMITTED)
        .select_related("member_commitment", "stocktake")
        .without_text()
    )
    return [entry for entry in submitted if is_reviewer(reader, entry, at=at)]


def administration_of(reader: User, at: datetime) -> AdministrationDesk | None:
    """Numbers alone: an administrator reads no entries and no reports."""
    if not reader.is_administrator:
        return None
    people = User.objects.people().only("is_active", "password")
    return AdministrationDesk(
        people=Counter(person.account_state for person in people),
        jobs_to_see_to=count_to_see_to(at),
    )
