"""Which reader looks at which plan, and at what time: the start of every read page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Min, Q, QuerySet, Value

from accounts.compiled_queries import CompiledOnce
from accounts.dates import reader_day
from accounts.models import User
from commitments.models import MemberCommitment, Plan
from progress.entries.states import entry_state_label
from progress.models import Entry, State, Stocktake
from progress.positions.changes import (
    EARLIER_FIELDS,
    Comparison,
    Earlier,
    compared,
    earlier_from,
    previous_comparison,
)
from progress.positions.clocks import Clocks
from progress.positions.labels import none_label
from progress.positions.position import (
    Key,
    Position,
    Positions,
    key_of,
    positions_from,
)
from progress.querysets.entries import IN_PROGRESS, EntryQuerySet
from progress.stocktakes.deadlines import Deadline, annotated_deadline


@dataclass(frozen=True)
class VisiblePositions:
    """The positions and the entries in progress that a reader may see."""

    positions: Positions
    in_progress: Mapping[Key, Entry]


class PointInTime(NamedTuple):
    """Both clocks of a look back, and the stocktake that counts there."""

    day: date
    known_at: datetime
    stocktake: Stocktake | None


@dataclass(frozen=True)
class Viewpoint:
    """A reader with the rights of an instant, a plan, its stocktake and two clocks."""

    reader: User
    reading_at: datetime
    plan: Plan
    stocktake: Stocktake | None
    clocks: Clocks

    @classmethod
    def of(cls, reader: User, at: datetime, *, plan: Plan, clocks: Clocks) -> Self:
        """Return the viewpoint in the stocktake in hand on the day. One query."""
        stocktake = stocktake_in_hand(
            plan, at=clocks.in_hand_at, member=reader.delegation
        )
        return cls(reader, at, plan, stocktake, clocks)

    @property
    def reads_entries(self) -> bool:
        """Whether the reader reads entries: see `User.reads_entries`."""
        return self.reader.reads_entries

    @property
    def deadline(self) -> Deadline | None:
        """The deadline of the reader's delegation, while the stocktake is open."""
        if self.stocktake is None or self.stocktake.closed_at is not None:
            return None
        return annotated_deadline(self.stocktake, self.reading_at)

    @property
    def day_read(self) -> date:
        """The day up to which ages are counted: the reader's own, while it is now."""
        if self.clocks.is_now:
            return reader_day(self.reading_at, self.reader.time_zone)
        return self.clocks.at

    @property
    def visible(self) -> EntryQuerySet:
        return Entry.objects.visible_to(self.reader, self.reading_at)

    def load(
        self,
        read: Callable[[], EntryQuerySet],
        *,
        commitment: int | None = None,
        member: str | None = None,
    ) -> VisiblePositions:
        """Return the positions and the entries in progress, of the plan or of a part.

        One query, of which `read` says what is read with each entry. The part is one
        commitment, or one member.

        A look back shows no entries in progress: states are kept for now only.
        """
        found = _entries_of(
            read=read,
            reader=self.reader,
            at=self.reading_at,
            plan=self.plan.pk,
            commitment=commitment,
            member=member,
            day=self.clocks.at,
            known_at=self.clocks.known_at,
            is_now=self.clocks.is_now,
        )
        in_progress = [entry for entry in found if entry.state in IN_PROGRESS]
        return VisiblePositions(
            positions_from(
                [entry for entry in found if entry.state == State.PUBLISHED],
                self.stocktake,
            ),
            # If several are in progress, the update comes last and so is kept.
            {
                key_of(entry): entry
                for entry in sorted(
                    in_progress, key=lambda entry: entry.kind == Entry.Kind.UPDATE
                )
            },
        )

    def comparison(self) -> Comparison | None:
        """Return the last close before, which positions compare with. One query."""
        return previous_comparison(
            self.plan,
            stocktake=self.stocktake,
            at=self.clocks.at,
            known_at=self.clocks.known_at,
        )

    def compared(
        self, positions: Positions, comparison: Comparison | None
    ) -> Positions:
        """Return the positions with the statuses of then. One query.

        The reader's rights are those of now, also for the entries of then.
        """
        if comparison is None:
            return positions
        return compared(positions, self.earlier(comparison))

    def earlier(self, comparison: Comparison) -> Earlier:
        """Return the entries that were the positions of then. One query.

        They are those that the reader may see now.
        """
        found = _earlier_of(
            reader=self.reader,
            at=self.reading_at,
            plan=self.plan.pk,
            day=comparison.at,
            known_at=comparison.known_at,
        )
        return earlier_from(found)

    def positions_at(self, moments: Sequence[PointInTime]) -> list[Positions]:
        """Return the positions at each of these moments, to be counted. Two queries.

        The reader's rights are those of now.
        """
        if not moments:
            return []
        keys = _keys_at(
            reader=self.reader,
            at=self.reading_at,
            plan=self.plan.pk,
            days=tuple(moment.day for moment in moments),
            instants=tuple(moment.known_at for moment in moments),
        )
        wanted = {pk for pk, _place in keys if pk is not None}
        found = Entry.objects.filter(pk__in=wanted).select_related("member_commitment")
        entries = {entry.pk: entry for entry in found.for_cells()}
        return [
            _counted_positions(
                [entries[pk] for pk, place in keys if place == number and pk], moment
            )
            for number, moment in enumerate(moments)
        ]

    def late(self) -> set[Key]:
        """Return where an entry of the stocktake came after its deadline. One query.

        Lateness counts from the first update that the reader may see: corrections have
        no deadline. It is what the page of the stocktake counts as late.
        """
        stocktake = self.stocktake
        if stocktake is None:
            return set()
        found = _first_submissions(
            reader=self.reader,
            at=self.reading_at,
            stocktake=stocktake.pk,
            known_at=self.clocks.known_at,
            is_now=self.clocks.is_now,
        )
        return {
            (commitment, member)
            for commitment, member, submitted_at in found
            if stocktake.is_past_due(submitted_at)
        }

    def state_label(self, entry: Entry) -> str:
        """Return the label of the state of an entry in progress."""
        return entry_state_label(entry, self.reader, self.reading_at)

    @property
    def reads_all(self) -> bool:
        """Whether the reader sees every published entry, amber ones too."""
        return self.reader.is_presidency(self.reading_at)

    def reads_all_of(self, member: str) -> bool:
        """Whether an empty position means no entry, rather than a hidden amber one."""
        return self.reads_all or self.reader.delegation == member

    @property
    def reads_states(self) -> bool:
        """Whether the reader may see the state of any entry in progress now."""
        has_own = self.reader.delegation is not None
        return self.clocks.is_now and (has_own or self.reads_all)

    @property
    def own_none_label(self) -> str:
        """The label of an empty position of the reader's own delegation."""
        return none_label(reads_all=True)

    def none_label(self, member: str = "") -> str:
        """Return the label of an empty position."""
        return none_label(reads_all=self.reads_all_of(member))


def _counted_positions(entries: Sequence[Entry], moment: PointInTime) -> Positions:
    stocktake = moment.stocktake
    return {
        key_of(entry): Position(
            entry, is_current=stocktake is None or entry.stocktake_id == stocktake.pk
        )
        for entry in entries
    }


def stocktake_in_hand(
    plan: Plan, *, at: datetime, member: str | None
) -> Stocktake | None:
    """Return the stocktake in hand at an instant, with a member's time. One query."""
    found = _in_hand(plan=plan.pk, at=at, member=member)
    return next(iter(found), None)


@CompiledOnce
def _in_hand(*, plan: int, at: datetime, member: str | None) -> QuerySet[Stocktake]:
    opened = Stocktake.objects.in_hand_at(at).filter(plan=plan)
    return opened.with_time_for(member)[:1]


@CompiledOnce
def _first_submissions(
    *, reader: User, at: datetime, stocktake: UUID, known_at: datetime, is_now: bool
) -> QuerySet[Entry, tuple[int, str, datetime]]:
    visible = Entry.objects.visible_to(reader, at)
    reached = Q(state=State.PUBLISHED, published_at__lte=known_at)
    if is_now:
        reached |= Q(state=State.SUBMITTED)
    updates = visible.filter(reached, stocktake=stocktake, kind=Entry.Kind.UPDATE)
    key = "member_commitment__commitment", "member_commitment__member"
    first: QuerySet[Entry, tuple[int, str, datetime]]
    first = updates.order_by().values(*key).annotate(first=Min("submitted_at"))
    first = first.values_list(*key, "first")
    return first


@CompiledOnce
def _earlier_of(
    *, reader: User, at: datetime, plan: int, day: date, known_at: datetime
) -> QuerySet[Entry]:
    visible = Entry.objects.visible_to(reader, at)
    of = MemberCommitment.objects.filter(commitment__plan=plan)
    keys = visible.position_keys(of, at=day, known_at=known_at)
    rows = Entry.objects.filter(pk__in=keys).select_related("member_commitment")
    return rows.only(*EARLIER_FIELDS)


@CompiledOnce
def _keys_at(
    *,
    reader: User,
    at: datetime,
    plan: int,
    days: tuple[date, ...],
    instants: tuple[datetime, ...],
) -> QuerySet[Any, Any]:
    """Return the key of each position at each place of the clocks, with that place."""
    visible = Entry.objects.visible_to(reader, at)
    of = MemberCommitment.objects.filter(commitment__plan=plan)
    first, *rest = [
        visible.position_keys(of, at=day, known_at=known_at).values_list(
            "newest", Value(place)
        )
        for place, (day, known_at) in enumerate(zip(days, instants, strict=True))
    ]
    return first.union(*rest, all=True) if rest else first


@CompiledOnce
def _entries_of(  # noqa: PLR0913 - each is a value of the query
    *,
    read: Callable[[], EntryQuerySet],
    reader: User,
    at: datetime,
    plan: int,
    commitment: int | None,
    member: str | None,
    day: date,
    known_at: datetime,
    is_now: bool,
) -> QuerySet[Entry]:
    visible = Entry.objects.visible_to(reader, at)
    of = MemberCommitment.objects.filter(commitment__plan=plan)
    if commitment is not None:
        of = of.filter(commitment=commitment)
    if member is not None:
        of = of.filter(member=member)
    wanted: QuerySet[Any, Any]
    wanted = visible.position_keys(of, at=day, known_at=known_at)
    if is_now:
        at_work = visible.in_progress().filter(member_commitment__in=of)
        wanted = wanted.union(at_work.values("pk"), all=True)
    return (
        read()
        .filter(pk__in=wanted)
        .annotated(visible.withdrawals_above(at=day, known_at=known_at))
        .redacted_to(visible)
        .select_related("member_commitment")
        .order_by("written_at", "pk")
    )
