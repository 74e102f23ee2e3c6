"""The page of one stocktake: dates, decisions and coverage for one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, Self

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

# By which columns the table of coverage can be sorted.
ORDERINGS = ("member", "published", "submitted", "missing", "late", "deadline")
NextStep = Literal["open", "review", "remind", "close", "report", ""]


@dataclass(frozen=True)
class CoverageRow:
    """One member in the table of coverage, as far as the reader may know.

    Who does not know what is with its reviewer knows what is released, and no more.
    """

    coverage: MemberCoverage
    # Whether the reader may know what was sent and is not published, and the rest.
    is_known: bool
    # Until when updates are accepted: for the Presidency, which knows all extensions.
    deadline: Deadline | None = None

    @property
    def submitted(self) -> int | None:
        return self.coverage.submitted if self.is_known else None

    @property
    def missing(self) -> int | None:
        return self.coverage.not_yet_submitted if self.is_known else None


@dataclass(frozen=True)
class CoverageTotals:
    """The sums of the columns. What is not known of every member has no sum."""

    owed: int
    published: int
    late: int
    submitted: int | None
    missing: int | None

    @classmethod
    def of(cls, rows: Sequence[CoverageRow]) -> Self:
        """Return the sums of these rows."""
        is_known = all(row.is_known for row in rows)
        counts = [row.coverage for row in rows]
        return cls(
            owed=sum(one.owed for one in counts),
            published=sum(one.published for one in counts),
            late=sum(one.late for one in counts),
            submitted=sum(one.submitted for one in counts) if is_known else None,
            missing=sum(one.not_yet_submitted for one in counts) if is_known else None,
        )


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
    def rows(self) -> Sequence[CoverageRow]:
        """Return the members in their own order."""
        return [self._row(coverage) for coverage in self.coverages]

    def rows_by(self, ordering: str) -> Sequence[CoverageRow]:
        """Return the rows by one column, as `ordering` or `-ordering` says.

        What the reader does not know comes last, in the order of the members.
        """
        column = ordering.removeprefix("-")
        if column not in ORDERINGS or column == "member":
            return self.rows[::-1] if ordering == "-member" else self.rows
        known = [row for row in self.rows if _value(row, column) is not None]
        unknown = [row for row in self.rows if _value(row, column) is None]
        in_order = sorted(
            known, key=lambda row: _value(row, column), reverse=ordering[0] == "-"
        )
        return [*in_order, *unknown]

    @cached_property
    def totals(self) -> CoverageTotals:
        return CoverageTotals.of(self.rows)

    @property
    def knows_any(self) -> bool:
        """Whether the reader may know of any member what is not published yet."""
        return any(row.is_known for row in self.rows)

    def _row(self, coverage: MemberCoverage) -> CoverageRow:
        code = coverage.member.code
        is_own = code == self.reader.delegation
        deadline = None
        if self.is_open and self.is_presidency:
            theirs = {None, code}
            granted = [one for one in self.extensions if one.member_id in theirs]
            deadline = deadline_among(granted, self.stocktake, self.at)
        is_known = self.is_presidency or is_own or self._is_reviewed_by_reader(code)
        return CoverageRow(coverage, is_known, deadline)

    def _is_reviewed_by_reader(self, code: str) -> bool:
        """Whether the reader is second reviewer of the entries of this member."""
        is_second = self.stocktake.second_reviewer_id == self.reader.pk
        return is_second and code == self.reader.chair_at(self.at)

    @cached_property
    def to_review(self) -> int:
        """How many updates of other members wait for the Presidency."""
        return sum(
            coverage.submitted
            for coverage in self.coverages
            if coverage.member.code != self.reader.delegation
        )

    @cached_property
    def next_step(self) -> NextStep:
        """What the Presidency does next: the page's primary action."""
        if not self.is_presidency:
            return ""
        if not self.is_open:
            return "report" if self.has_opened else "open"
        if self.to_review:
            return "review"
        if self.not_yet_submitted and self.still_runs:
            return "remind"
        # What waits for the second reviewer keeps it open.
        return "" if self.totals.submitted else "close"

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


def _value(row: CoverageRow, column: str) -> Any:
    """Return what a column is sorted by; None if the reader does not know it."""
    if column == "deadline":
        return row.deadline.accepted_until if row.deadline else None
    if column in {"submitted", "missing"}:
        return getattr(row, column)
    return getattr(row.coverage, column)


def is_still_the_same(stocktake: Stocktake) -> bool:
    """Whether the positions at the close still give the hash recorded then."""
    return closing_hash(stocktake) == stocktake.closing_sha256
