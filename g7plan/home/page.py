"""The home page by role: what is due, what came back, and what needs the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.models import Role, User
from accounts.permissions import is_officer_in_person
from commitments.models import Plan
from g7plan.home.reading import ReadingDesk, reading_desk
from g7plan.home.reports import ReportDesk, reports_of
from partners.reminding import Remindable, remindable
from progress.conversations.unanswered import Unanswered, unanswered_for
from progress.models import Entry, State, Stocktake
from progress.permissions import can_review
from progress.positions.clocks import Clocks
from progress.positions.viewpoint import Viewpoint
from progress.stocktakes.coverage import (
    REPORTED,
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

# How many waiting entries a page names.
NAMED = 5
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
    def done(self) -> int:
        """How many the delegation has sent, or that are published."""
        return sum(
            count for state, count in self.state_counts.items() if state in REPORTED
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
class DelegationRow:
    """The progress of one delegation. `reminder` is None if nothing is missing."""

    coverage: MemberCoverage
    reminder: Remindable | None


@dataclass(frozen=True)
class ReviewDesk:
    """The progress of the delegations, and the entries that wait for this reviewer."""

    coverages: Sequence[MemberCoverage]
    # The entries that wait for this reviewer, the first submitted first.
    waiting: Sequence[Entry]
    # The delegation whose entries another person reviews: the reader's own.
    own: str | None = None
    # For the Presidency: the delegations with missing entries.
    reminders: Sequence[Remindable] = ()

    @property
    def waiting_since(self) -> datetime | None:
        return self.waiting[0].submitted_at if self.waiting else None

    @property
    def longest_waiting(self) -> Sequence[Entry]:
        """The entries that the page names, which the reviewer should read first."""
        return self.waiting[:NAMED]

    @property
    def rows(self) -> list[DelegationRow]:
        """The delegations with their progress, and how each can be reminded."""
        reminders = {one.member.pk: one for one in self.reminders}
        return [
            DelegationRow(coverage, reminders.get(coverage.member.pk))
            for coverage in self.coverages
        ]

    @property
    def late(self) -> list[MemberCoverage]:
        """The delegations of which an entry is late."""
        return [coverage for coverage in self.coverages if coverage.late]

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
class HomePage:
    """The parts of one reader's home page. A part that is not for them is None."""

    reader: User
    at: datetime
    plan: Plan
    # The newest stocktake that has opened. It may be closed again.
    stocktake: Stocktake | None
    # The next deadline of score tables that are open for feedback, if any is.
    feedback_until: datetime | None

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

    @property
    def comments_until(self) -> datetime | None:
        """Return until when the delegation can comment on scores, at the next one."""
        until = self.feedback_until
        is_asked = self.reader.delegation is not None
        return until if is_asked and until is not None and self.at < until else None

    @cached_property
    def reports(self) -> ReportDesk | None:
        """Return the drafts that go round and the newest final reports, if any."""
        return reports_of(self.reader, self.at)

    @cached_property
    def reading(self) -> ReadingDesk | None:
        """Return the status of the plan and what changed lately, for those who read."""
        if not self.reader.has_role(Role.OBSERVER, Role.ASSESSOR):
            return None
        return reading_desk(self.viewpoint)

    @property
    def viewpoint(self) -> Viewpoint:
        clocks = Clocks.now(self.at)
        return Viewpoint(self.reader, self.at, self.plan, self.stocktake, clocks)


@CompiledOnce
def _waiting(*, reader: User, at: datetime) -> QuerySet[Entry]:
    """Return the entries that this person is to review, the first submitted first."""
    waiting = Entry.objects.visible_to(reader, at).to_review_by(reader, at)
    return (
        waiting.select_related("member_commitment__commitment__plan")
        .select_related("member_commitment__member")
        .only(
            "kind",
            "submitted_at",
            "member_commitment__commitment__code",
            "member_commitment__commitment__short_title",
            "member_commitment__commitment__plan__slug",
            "member_commitment__member__name",
        )
        .order_by("submitted_at", "pk")
    )
