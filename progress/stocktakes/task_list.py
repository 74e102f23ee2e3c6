"""What a delegation still has to do in a plan: one task a commitment, in plan order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.dates import utc_day
from accounts.models import Role, User
from commitments.models import Action, Commitment, MemberCommitment, Plan, SubArea
from progress.entries.responsible import PEOPLE, Responsible, responsible_for
from progress.models import Entry, State, Stocktake, Transition
from progress.permissions import can, can_draft, is_assigned
from progress.querysets.entries import AT_WORK
from progress.stocktakes.coverage import (
    COVERAGE_OF_STATE,
    Coverage,
    CoverageState,
    coverages_of,
    not_begun,
    own_entries,
)
from progress.transitions import Verb, is_legal

# What somebody in the delegation still has to write. The rest waits for another.
TO_WRITE = frozenset(
    {CoverageState.NO_DRAFT, CoverageState.DRAFTING, CoverageState.RETURNED}
)


@dataclass(frozen=True)
class Task:
    """One commitment of the reader's member: where it stands, what can be done now."""

    member_commitment: MemberCommitment
    coverage: Coverage
    # The last published entry, of this stocktake or of an earlier one.
    position: Entry | None
    # The update being written, if there is one; corrections and withdrawals beside it.
    update: Entry | None
    amendments: list[Entry] = field(default_factory=list)
    # Does the last published entry belong to the open stocktake, if there is one?
    is_current: bool = True
    can_begin: bool = False
    can_edit: bool = False
    can_submit: bool = False
    is_assigned: bool = False
    # Who in the delegation answers for it, if somebody is named.
    responsible: Responsible | None = None

    @property
    def commitment(self) -> Commitment:
        return self.member_commitment.commitment

    @property
    def word(self) -> CoverageState:
        return self.coverage.word

    @property
    def is_done(self) -> bool:
        return self.coverage.word is CoverageState.PUBLISHED

    @property
    def can_carry(self) -> bool:
        """Is there a published text to start from, and nothing in its place yet?"""
        return self.can_begin and self.position is not None and not self.is_done

    @property
    def is_unconfirmed(self) -> bool:
        """Carried forward, and nobody has said yet that it still holds."""
        update = self.update
        return (
            update is not None
            and update.unchanged_since is not None
            and update.confirmed_at is None
        )

    @property
    def choices(self) -> dict[str, str]:
        """What a checkbox of it sends: a name, a value."""
        if self.can_carry:
            return {"commitment": str(self.member_commitment.pk)}
        if self.update is not None and (self.can_submit or self.is_unconfirmed):
            return {"item": f"{self.update.pk}.{self.update.version}"}
        return {}

    @property
    def others(self) -> list[Entry]:
        """What is at work beside the entry that counts."""
        again = [self.update] if self.is_done and self.update else []
        return [*again, *self.amendments]

    @property
    def came_back(self) -> list[Entry]:
        """Entries returned by the Presidency, or not signed by the head."""
        at_work = [*([self.update] if self.update else []), *self.amendments]
        return [entry for entry in at_work if has_come_back(entry)]


@dataclass(frozen=True)
class TaskSection:
    """The tasks under one heading of the plan."""

    action: Action
    sub_area: SubArea | None
    tasks: list[Task]
    # Is it the first under its action? Then the action's title stands above it.
    opens_action: bool


def has_come_back(entry: Entry) -> bool:
    """Did its last move bring it back to whoever writes? Only for annotated entries."""
    last_verb = getattr(entry, "last_verb", None)
    return entry.state == State.RETURNED or (
        entry.state == State.DRAFT and last_verb == Verb.SEND_BACK
    )


def tasks_of(
    plan: Plan,
    stocktake: Stocktake | None,
    *,
    reader: User,
    at: datetime,
    has_people: bool = True,
) -> list[Task]:
    """All of the reader's delegation in this plan, in the plan's own order.

    Without people nobody is told who is responsible: that is a query less.
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
        # The same objects for all: plan and assignments are read once.
        mine.commitment.plan = plan
        about = [entry for entry in entries if entry.member_commitment_id == mine.pk]
        for entry in about:
            entry.member_commitment = mine
        coverage = covered.get(mine.pk, nothing)
        task = _task(mine, coverage, about, reader=reader, at=at)
        is_current = stocktake is None or _is_in(stocktake, task.position)
        responsible = responsible_for(mine) if has_people else None
        tasks.append(replace(task, is_current=is_current, responsible=responsible))
    return tasks


def to_carry(
    plan: Plan, stocktake: Stocktake | None, *, reader: User, at: datetime
) -> list[MemberCommitment]:
    """Those with nothing yet in this stocktake, and something published before."""
    tasks = tasks_of(plan, stocktake, reader=reader, at=at)
    return [task.member_commitment for task in tasks if task.can_carry]


def _owed(plan: Plan, reader: User, *, has_people: bool) -> QuerySet[MemberCommitment]:
    owed = MemberCommitment.objects.filter(
        commitment__plan=plan, member=reader.delegation
    ).select_related("commitment__action", "commitment__sub_area")
    if has_people or reader.has_role(Role.CONTRIBUTOR):
        owed = owed.prefetch_related(PEOPLE)
    return owed.order_by("commitment__position", "pk")


def _coverages(
    stocktake: Stocktake | None, *, reader: User, at: datetime
) -> dict[UUID, Coverage]:
    if stocktake is None:
        return {}
    ours = own_entries(reader, stocktake, at=at)
    return coverages_of(ours, stocktake, at)


def _is_in(stocktake: Stocktake, entry: Entry | None) -> bool:
    return entry is not None and entry.stocktake_id == stocktake.pk


def _entries_of(plan: Plan, *, reader: User, at: datetime) -> list[Entry]:
    """Positions and what is at work, each with its last move: one query."""
    visible = Entry.objects.visible_to(reader, at)
    positions = visible.positions(at=utc_day(at), known_at=at)
    moves = Transition.objects.filter(entry=OuterRef("pk")).order_by("-at", "-pk")
    return list(
        visible.filter(
            Q(pk__in=positions.values("pk")) | Q(state__in=AT_WORK),
            member_commitment__commitment__plan=plan,
            member_commitment__member=reader.delegation,
        )
        .annotate(
            last_verb=Subquery(moves.values("verb")[:1]),
            last_reason=Subquery(moves.values("reason")[:1]),
        )
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
    at_work = [entry for entry in entries if entry.state != State.PUBLISHED]
    published = [entry for entry in entries if entry.state == State.PUBLISHED]
    updates = [entry for entry in at_work if entry.kind == Entry.Kind.UPDATE]
    update = next(iter(updates), None)
    return Task(
        member_commitment=member_commitment,
        coverage=_with_work(coverage, update),
        position=next(iter(published), None),
        update=update,
        amendments=[entry for entry in at_work if entry is not update],
        can_begin=update is None and can_draft(reader, member_commitment),
        can_edit=update is not None
        and is_legal(Verb.EDIT, update)
        and can(Verb.EDIT, reader, update, at=at),
        can_submit=update is not None
        and is_legal(Verb.SUBMIT, update)
        and can(Verb.SUBMIT, reader, update, at=at),
        is_assigned=is_assigned(reader, member_commitment),
    )


def _with_work(coverage: Coverage, update: Entry | None) -> Coverage:
    """A draft begun before the stocktake opened joins it when it is submitted."""
    if coverage.word is CoverageState.NO_DRAFT and update is not None:
        word = COVERAGE_OF_STATE[State(update.state)]
        return Coverage(word, is_late=coverage.is_late, entry=update)
    return coverage


def count_tasks(tasks: Iterable[Task]) -> dict[CoverageState, int]:
    """How many there are of each word, zero too: the parts add up to all tasks."""
    counts = Counter(task.word for task in tasks)
    return {word: counts[word] for word in CoverageState}


def in_sections(tasks: Sequence[Task]) -> list[TaskSection]:
    """Under the headings of the plan; a heading without a task is left out."""
    sections: list[TaskSection] = []
    groups = groupby(
        tasks, key=lambda task: (task.commitment.action, task.commitment.sub_area)
    )
    for (action, sub_area), found in groups:
        opens_action = not sections or sections[-1].action != action
        sections.append(TaskSection(action, sub_area, list(found), opens_action))
    return sections
