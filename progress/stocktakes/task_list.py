"""A delegation's tasks in a plan: one for each commitment, in plan order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from accounts.compiled_queries import CompiledOnce
from accounts.dates import utc_day
from accounts.models import Role, User
from commitments.models import Action, Commitment, MemberCommitment, Plan, SubArea
from progress.entries.completeness import is_unconfirmed
from progress.entries.responsible import PEOPLE, Responsible, responsible_for
from progress.models import Entry, State, Stocktake
from progress.permissions import can, can_draft, is_assigned
from progress.stocktakes.coverage import (
    COVERAGE_OF_STATE,
    Coverage,
    CoverageState,
    not_begun,
    own_coverages,
)
from progress.transitions import Verb, is_legal

# The states in which the delegation itself still has to write.
TO_WRITE = frozenset(
    {CoverageState.NO_DRAFT, CoverageState.DRAFTING, CoverageState.RETURNED}
)


class NextStep(StrEnum):
    """The one thing that a row of the list offers to do."""

    REVISE = "revise"
    EDIT = "edit"
    BEGIN = "begin"
    OPEN = "open"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Task:
    """One commitment of the reader's member: its state, and what can be done now."""

    member_commitment: MemberCommitment
    coverage: Coverage
    # The last published entry, of this stocktake or of an earlier one.
    position: Entry | None
    # The update in progress, if there is one.
    update: Entry | None
    # Corrections and withdrawals in progress.
    amendments: list[Entry] = field(default_factory=list)
    # Does the last published entry belong to the open stocktake, if there is one?
    is_current: bool = True
    can_begin: bool = False
    can_edit: bool = False
    can_submit: bool = False
    # What came back and this person can revise.
    to_revise: Entry | None = None
    is_assigned: bool = False
    # The responsible officer, if one is named.
    responsible: Responsible | None = None

    @property
    def commitment(self) -> Commitment:
        return self.member_commitment.commitment

    @property
    def state(self) -> CoverageState:
        return self.coverage.state

    @property
    def is_done(self) -> bool:
        return self.coverage.state is CoverageState.PUBLISHED

    @property
    def is_at_risk(self) -> bool:
        """Whether its row says so, of the published text or of the update."""
        shown = (self.position, self.update)
        return any(entry is not None and entry.is_at_risk for entry in shown)

    @property
    def next_step(self) -> tuple[NextStep, Entry | None]:
        """What to do next, and with which entry."""
        if self.to_revise:
            return NextStep.REVISE, self.to_revise
        if self.can_edit:
            return NextStep.EDIT, self.update
        if self.can_begin and not self.is_done:
            return NextStep.BEGIN, None
        opened = self.update or self.position
        return (NextStep.OPEN if opened else NextStep.NOTHING), opened

    @property
    def can_carry(self) -> bool:
        """Whether a published text can be carried forward and has no successor yet."""
        return self.can_begin and self.position is not None and not self.is_done

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the update was carried forward and is not confirmed yet."""
        return self.update is not None and is_unconfirmed(self.update)

    @property
    def can_confirm(self) -> bool:
        """Whether this person can confirm that the last published text is still true.

        A published text without an update is carried forward first.
        """
        return self.can_carry or (self.can_edit and self.is_unconfirmed)

    @property
    def choices(self) -> dict[str, str]:
        """The name and value that its checkbox sends; empty without a checkbox."""
        if self.can_carry:
            return {"commitment": str(self.member_commitment.pk)}
        if self.update is not None and self.can_submit and not self.is_unconfirmed:
            return {"item": f"{self.update.pk}.{self.update.version}"}
        return {}

    @property
    def others(self) -> list[Entry]:
        """The entries in progress beside the one that decides the state."""
        again = [self.update] if self.is_done and self.update else []
        return [*again, *self.amendments]

    @property
    def came_back(self) -> list[Entry]:
        """Entries that the Presidency returned or the head sent back."""
        in_progress = [*([self.update] if self.update else []), *self.amendments]
        return [entry for entry in in_progress if has_come_back(entry)]


@dataclass(frozen=True)
class TaskSection:
    """The tasks under one heading of the plan."""

    action: Action | None
    sub_area: SubArea | None
    tasks: list[Task]
    # Whether it is the first of its action, and so shows the action's title.
    opens_action: bool


def has_come_back(entry: Entry) -> bool:
    """Whether its last move brought it back to its writers. Needs `with_last_move`."""
    return entry.state == State.RETURNED or (
        entry.state == State.DRAFT and entry.last_verb == Verb.SEND_BACK
    )


def tasks_of(
    plan: Plan,
    stocktake: Stocktake | None,
    *,
    reader: User,
    at: datetime,
    has_people: bool = True,
) -> list[Task]:
    """Return all tasks of the reader's delegation in this plan, in plan order.

    A reader who is only a contributor has the tasks assigned to them. Without
    `has_people` the responsible officers are left out, which saves a query.
    """
    covered = _coverages(stocktake, reader=reader, at=at)
    nothing = (
        not_begun(stocktake, at)
        if stocktake
        else Coverage(CoverageState.NO_DRAFT, is_late=False)
    )
    entries = _entries_of(plan, reader=reader, at=at)
    tasks = []
    for mine in _owed(plan, reader, has_people=has_people):
        # One object for all entries, so that plan and assignments are read once.
        mine.commitment.plan = plan
        about = [entry for entry in entries if entry.member_commitment_id == mine.pk]
        for entry in about:
            entry.member_commitment = mine
        coverage = covered.get(mine.pk, nothing)
        task = _task(mine, coverage, about, reader=reader, at=at)
        is_current = stocktake is None or _is_in(stocktake, task.position)
        responsible = responsible_for(mine) if has_people else None
        tasks.append(replace(task, is_current=is_current, responsible=responsible))
    if is_limited_to_assignments(reader):
        return [task for task in tasks if task.is_assigned]
    return tasks


def is_limited_to_assignments(reader: User) -> bool:
    """Return whether the reader only drafts the commitments assigned to them."""
    return reader.has_role(Role.CONTRIBUTOR) and not reader.has_role(
        Role.OFFICER, Role.HEAD
    )


def to_carry(
    plan: Plan, stocktake: Stocktake | None, *, reader: User, at: datetime
) -> list[MemberCommitment]:
    """Return the member commitments whose published text can be carried forward."""
    tasks = tasks_of(plan, stocktake, reader=reader, at=at)
    return [task.member_commitment for task in tasks if task.can_carry]


def _owed(plan: Plan, reader: User, *, has_people: bool) -> list[MemberCommitment]:
    """Return what the delegation owes, in plan order, with its people if needed."""
    owed = _owed_in_order(plan=plan.pk, member=str(reader.delegation))
    if has_people or reader.has_role(Role.CONTRIBUTOR):
        prefetch_related_objects(owed, PEOPLE)
    return owed


@CompiledOnce
def _owed_in_order(*, plan: int, member: str) -> QuerySet[MemberCommitment]:
    return (
        MemberCommitment.objects.filter(commitment__plan=plan, member=member)
        .select_related("commitment__action", "commitment__sub_area")
        .order_by("commitment__position", "pk")
    )


def _coverages(
    stocktake: Stocktake | None, *, reader: User, at: datetime
) -> dict[UUID, Coverage]:
    return own_coverages(reader, stocktake, at=at) if stocktake else {}


def _is_in(stocktake: Stocktake, entry: Entry | None) -> bool:
    return entry is not None and entry.stocktake_id == stocktake.pk


def _entries_of(plan: Plan, *, reader: User, at: datetime) -> list[Entry]:
    """Return positions and entries in progress, with their last moves. One query."""
    return _entries_in_order(
        member=str(reader.delegation), plan=plan.pk, day=utc_day(at), at=at
    )


@CompiledOnce
def _entries_in_order(
    *, member: str, plan: int, day: date, at: datetime
) -> QuerySet[Entry]:
    owed = MemberCommitment.objects.filter(commitment__plan=plan, member=member)
    # Nothing but the delegation's own is looked at, and it may see all of that.
    positions = Entry.objects.position_keys(owed, at=day, known_at=at)
    at_work = (
        Entry.objects.in_progress().filter(member_commitment__in=owed).values("pk")
    )
    return (
        Entry.objects.filter(pk__in=positions.union(at_work, all=True))
        .with_last_move()
        .select_related("stocktake")
        .defer("narrative", "next_steps", "obstacles")
        .order_by("written_at", "pk")
    )


def _task(
    member_commitment: MemberCommitment,
    coverage: Coverage,
    entries: list[Entry],
    *,
    reader: User,
    at: datetime,
) -> Task:
    in_progress = [entry for entry in entries if entry.state != State.PUBLISHED]
    published = [entry for entry in entries if entry.state == State.PUBLISHED]
    updates = [entry for entry in in_progress if entry.kind == Entry.Kind.UPDATE]
    update = next(iter(updates), None)
    back = [entry for entry in in_progress if has_come_back(entry)]
    return Task(
        member_commitment=member_commitment,
        coverage=_joined_by(update, coverage),
        position=next(iter(published), None),
        update=update,
        amendments=[entry for entry in in_progress if entry is not update],
        can_begin=update is None and can_draft(reader, member_commitment),
        can_edit=update is not None
        and is_legal(Verb.EDIT, update)
        and can(Verb.EDIT, reader, update, at=at),
        can_submit=update is not None
        and is_legal(Verb.SUBMIT, update)
        and can(Verb.SUBMIT, reader, update, at=at),
        to_revise=next(
            (entry for entry in back if can(Verb.EDIT, reader, entry, at=at)), None
        ),
        is_assigned=is_assigned(reader, member_commitment),
    )


def _joined_by(update: Entry | None, coverage: Coverage) -> Coverage:
    """Return the coverage with a draft begun before the stocktake opened.

    Such a draft joins the stocktake when it is submitted.
    """
    if coverage.state is CoverageState.NO_DRAFT and update is not None:
        state = COVERAGE_OF_STATE[State(update.state)]
        return Coverage(state, is_late=coverage.is_late)
    return coverage


def in_sections(tasks: Sequence[Task]) -> list[TaskSection]:
    """Group tasks under the headings of the plan, without empty headings."""
    sections: list[TaskSection] = []
    groups = groupby(
        tasks, key=lambda task: (task.commitment.action, task.commitment.sub_area)
    )
    for (action, sub_area), found in groups:
        opens_action = not sections or sections[-1].action != action
        sections.append(TaskSection(action, sub_area, list(found), opens_action))
    return sections
