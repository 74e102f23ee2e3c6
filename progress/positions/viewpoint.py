"""Who looks at which plan, from where in time: what every reading page starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.utils.translation import gettext

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import Plan
from progress.entries.states import entry_state_label
from progress.models import Entry, State, Stocktake
from progress.positions.position import Key, Positions, key_of, positions_from
from progress.querysets.entries import AT_WORK, EntryQuerySet
from progress.stocktakes.deadlines import Deadline, deadline_of


@dataclass(frozen=True)
class Clocks:
    """What was true on a day (`at`), as it was known at an instant (`known_at`)."""

    at: date
    known_at: datetime
    is_now: bool = True

    @classmethod
    def now(cls, instant: datetime) -> "Clocks":
        return cls(utc_day(instant), instant)


@dataclass(frozen=True)
class VisiblePositions:
    """What a reader finds: positions, and entries at work they may know of."""

    positions: Positions
    at_work: Mapping[Key, Entry]


@dataclass(frozen=True)
class Viewpoint:
    """A reader with the rights of an instant, a plan, its stocktake, and the clocks."""

    reader: User
    reading_at: datetime
    plan: Plan
    stocktake: Stocktake | None
    clocks: Clocks

    @classmethod
    def of(cls, reader: User, at: datetime, *, plan: Plan, clocks: Clocks) -> Self:
        """In the stocktake that was the newest by the clock. One query."""
        opened = Stocktake.objects.newest_known_at(clocks.known_at).filter(plan=plan)
        stocktake = opened.with_time_for(reader.delegation).first()
        return cls(reader, at, plan, stocktake, clocks)

    @property
    def reads_entries(self) -> bool:
        """Administrators, as such, read none."""
        return self.reader.reads_entries

    @property
    def is_overdue(self) -> bool:
        return self.stocktake is not None and self.stocktake.is_past_due(
            self.reading_at
        )

    @property
    def deadline(self) -> Deadline | None:
        """Of the reader's own delegation, while the stocktake is open."""
        if self.stocktake is None or self.stocktake.closed_at is not None:
            return None
        return deadline_of(self.stocktake, self.reader.delegation, self.reading_at)

    @property
    def visible(self) -> EntryQuerySet:
        return Entry.objects.visible_to(self.reader, self.reading_at)

    def load(self, entries: EntryQuerySet) -> VisiblePositions:
        """Of those entries, what stands and what is at work: one query.

        Where a row is in the workflow is a thing of now: a look back does not show it.
        """
        visible, at, known_at = self.visible, self.clocks.at, self.clocks.known_at
        wanted = visible.positions(at=at, known_at=known_at).values("pk")
        if self.clocks.is_now:
            wanted = wanted.union(visible.at_work().values("pk"))
        found = list(
            entries.filter(pk__in=wanted, member_commitment__commitment__plan=self.plan)
            .annotated(visible.withdrawals_above(at=at, known_at=known_at))
            .redacted_to(visible)
            .select_related("member_commitment", "stocktake")
            .order_by("written_at", "pk")
        )
        at_work = [entry for entry in found if entry.state in AT_WORK]
        return VisiblePositions(
            positions_from(
                [entry for entry in found if entry.state == State.PUBLISHED],
                self.stocktake,
            ),
            # Where more than one is at work, the update comes last and is kept.
            {
                key_of(entry): entry
                for entry in sorted(
                    at_work, key=lambda entry: entry.kind == Entry.Kind.UPDATE
                )
            },
        )

    def state_label(self, entry: Entry) -> str:
        """Return the words for the state of an entry at work."""
        return entry_state_label(entry, self.reader, self.reading_at)

    @property
    def reads_all(self) -> bool:
        """The Presidency reads every published entry, amber ones too."""
        return self.reader.is_presidency(self.reading_at)

    def reads_all_of(self, member: str) -> bool:
        """Does an empty position mean that there is nothing, not that it is amber?"""
        return self.reads_all or self.reader.delegation == member

    def word_for_none(self, member: str = "") -> str:
        """Below amber, what is not there and what is not released read alike."""
        if self.reads_all_of(member):
            return gettext("Not reported")
        return gettext("No released entry")
