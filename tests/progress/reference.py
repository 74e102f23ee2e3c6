"""Every number of every page, from raw rows and the text of the rules alone.

No code of the product is used: rows are read in SQL, and the rules are those of
docs/rules.md. Pages, notices, reports and the API are compared with it.

    reference = Reference.read()
    cells = reference.cells_for_audience("green", plan.pk, at=at, known_at=known_at)
    counts = count_cells(cells)
    counts.parts["implemented"], counts.in_all["implemented"], counts.at_risk_in_all
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.progress.raw_rows import (
    EntryRow,
    OwedRow,
    PersonRow,
    StocktakeRow,
    read,
    read_entries,
    read_owed,
    read_people,
    read_stocktakes,
)
from tests.progress.rule_3 import (
    Opened,
    Said,
    clocks_of,
    in_hand_by_rule_3,
    position_seen,
)

SCALE = ("not_started", "limited", "substantial", "implemented")
STATUSES = (*SCALE, "not_applicable")
PARTS = (*STATUSES, "no_update", "not_reported")
AT_WORK = ("draft", "in_clearance", "submitted", "returned")
HANDLINGS = ("clear", "green", "amber")


@dataclass(frozen=True)
class Cell:
    """What a reader sees of one commitment of one member."""

    owed: OwedRow
    entry: EntryRow | None
    is_current: bool

    @property
    def part(self) -> str:
        if self.entry is None:
            return "not_reported"
        return self.entry.status if self.is_current else "no_update"


@dataclass(frozen=True)
class Counts:
    """The counts of some cells: in the stocktake, and in all."""

    parts: dict[str, int]
    in_all: dict[str, int]
    at_risk: int
    at_risk_in_all: int


@dataclass(frozen=True)
class CoverageCounts:
    """The counts of one member in one stocktake, as a reader may know them."""

    owed: int
    published: int
    submitted: int
    late: int

    @property
    def not_yet_submitted(self) -> int:
        return self.owed - self.published - self.submitted


def count_cells(cells: Iterable[Cell]) -> Counts:
    """Count cells. The parts add up to all of them, here by assertion."""
    cells = list(cells)
    parts = Counter(cell.part for cell in cells)
    with_entry = [cell.entry for cell in cells if cell.entry]
    in_all = Counter(entry.status for entry in with_entry)
    assert sum(parts[part] for part in PARTS) == len(cells)
    assert sum(in_all[status] for status in STATUSES) == len(with_entry)
    return Counts(
        parts={part: parts[part] for part in PARTS},
        in_all={status: in_all[status] for status in STATUSES},
        at_risk=sum(
            cell.is_current and cell.entry is not None and cell.entry.is_at_risk
            for cell in cells
        ),
        at_risk_in_all=sum(entry.is_at_risk for entry in with_entry),
    )


@dataclass(frozen=True)
class Reference:
    """All rows that a number may depend on."""

    entries: dict[UUID, EntryRow]
    owed: dict[UUID, OwedRow]
    stocktakes: dict[UUID, StocktakeRow]
    people: dict[UUID, PersonRow]
    chairs: list[tuple[str, datetime, datetime]]
    extensions: list[tuple[UUID, str | None, datetime]]
    # Of contributors: the person, and the commitment they may draft.
    drafts: set[tuple[UUID, UUID]]

    @classmethod
    def read(cls) -> "Reference":
        return cls(
            entries=read_entries(),
            owed=read_owed(),
            stocktakes=read_stocktakes(),
            people=read_people(),
            chairs=read("accounts_presidency", "member_id, starts_at, ends_at"),
            extensions=read("progress_extension", "stocktake_id, member_id, ends_at"),
            drafts={
                (user, owed)
                for user, owed, kind in read(
                    "progress_assignment", "user_id, member_commitment_id, kind"
                )
                if kind == "drafts"
            },
        )

    # ---- Who sees what (rules 1 and 4) -----------------------------------------------

    def chair(self, at: datetime) -> str | None:
        return next((who for who, start, end in self.chairs if start <= at < end), None)

    def is_presidency(self, reader: PersonRow, at: datetime) -> bool:
        return "coordinator" in reader.roles and reader.member == self.chair(at)

    def member_of(self, entry: EntryRow) -> str:
        return self.owed[entry.owed].member

    def is_second_reviewer(
        self, reader: PersonRow, entry: EntryRow, at: datetime
    ) -> bool:
        if entry.stocktake is None or self.member_of(entry) != self.chair(at):
            return False
        return self.stocktakes[entry.stocktake].second_reviewer == reader.id

    def sees(self, reader: PersonRow, entry: EntryRow, at: datetime) -> bool:
        if reader.delegation == self.member_of(entry):
            return True
        if self.is_presidency(reader, at) and entry.state in {"submitted", "published"}:
            return True
        if reader.delegation and self.is_second_reviewer(reader, entry, at):
            return entry.state in {"submitted", "published"}
        is_released = entry.state == "published" and entry.handling != "amber"
        return reader.reads and is_released

    def waiting_for(self, reader: PersonRow, at: datetime) -> list[EntryRow]:
        """Return the submitted entries that this person reviews, of any stocktake."""
        return [
            entry
            for entry in self.entries.values()
            if entry.state == "submitted"
            and reader.delegation not in {None, self.member_of(entry)}
            and (
                self.is_second_reviewer(reader, entry, at)
                if self.member_of(entry) == self.chair(at)
                else self.is_presidency(reader, at)
            )
        ]

    # ---- Positions (rule 3) ----------------------------------------------------------

    def in_hand(self, plan: int, day: date, now: datetime) -> StocktakeRow | None:
        opened = [
            Opened(row.id, row.opened_at)
            for row in self.stocktakes.values()
            if row.plan == plan and row.opened_at
        ]
        found = in_hand_by_rule_3(opened, day, now)
        return self.stocktakes[found] if found else None

    def cells_for_reader(
        self,
        reader: PersonRow,
        plan: int,
        *,
        now: datetime,
        at: date | None = None,
        known_at: datetime | None = None,
    ) -> list[Cell]:
        """Return what a reader sees at clocks, in the stocktake in hand on the day."""
        day, instant = clocks_of(at, known_at, now)
        stocktake = self.in_hand(plan, day, now)
        return self._cells(
            plan, stocktake, day, instant, lambda entry: self.sees(reader, entry, now)
        )

    def cells_for_audience(
        self,
        audience: str,
        plan: int,
        *,
        at: date,
        known_at: datetime,
        stocktake: UUID | None = None,
    ) -> list[Cell]:
        """Return what a report for an audience shows, for a stocktake or for none."""
        row = self.stocktakes[stocktake] if stocktake else None
        labels = HANDLINGS[: HANDLINGS.index(audience) + 1]
        return self._cells(
            plan, row, at, known_at, lambda entry: entry.handling in labels
        )

    def _cells(
        self,
        plan: int,
        stocktake: StocktakeRow | None,
        at: date,
        known_at: datetime,
        sees: Callable[[EntryRow], bool],
    ) -> list[Cell]:
        cells = []
        for owed in [row for row in self.owed.values() if row.plan == plan]:
            entry = self._position(owed, at, known_at, sees)
            is_of_it = stocktake is None or (
                entry is not None and entry.stocktake == stocktake.id
            )
            cells.append(Cell(owed, entry, entry is not None and is_of_it))
        return cells

    def _position(
        self,
        owed: OwedRow,
        at: date,
        known_at: datetime,
        sees: Callable[[EntryRow], bool],
    ) -> EntryRow | None:
        said = [
            Said(
                as_of=row.as_of,
                published_at=row.published_at,
                handling=row.handling,
                kind=row.kind,
                supersedes=row.supersedes,
                sequence=row.sequence or 0,
                pk=row.id,
            )
            for row in self.entries.values()
            if row.owed == owed.id and row.published_at
        ]
        found = position_seen(
            said, lambda one: sees(self.entries[one.pk]), at, known_at
        )
        return self.entries[found.pk] if found else None

    # ---- Coverage --------------------------------------------------------------------

    def is_in_force(self, entry: EntryRow, at: datetime) -> bool:
        """Whether it is published by then, no withdrawal, and not superseded."""
        if entry.kind == "withdrawal" or not entry.published_at:
            return False
        successors = [
            row
            for row in self.entries.values()
            if row.supersedes == entry.id and row.published_at
        ]
        return entry.published_at <= at and not any(
            row.published_at and row.published_at <= at for row in successors
        )

    def state_of(self, owed: OwedRow, entries: Iterable[EntryRow], at: datetime) -> str:
        """Return the coverage word of one member commitment, from these entries."""
        here = [row for row in entries if row.owed == owed.id]
        if any(self.is_in_force(row, at) for row in here):
            return "published"
        at_work = [
            row.state for row in here if row.kind == "update" and row.state in AT_WORK
        ]
        state = at_work[0] if at_work else "no_draft"
        return "drafting" if state == "draft" else state

    def is_late(
        self, owed: OwedRow, entries: Iterable[EntryRow], stocktake: StocktakeRow
    ) -> bool:
        """Whether the first update to reach the Presidency came after the deadline."""
        reached = [
            row.submitted_at
            for row in entries
            if row.owed == owed.id
            and row.kind == "update"
            and row.state != "discarded"
            and row.submitted_at
        ]
        return bool(reached) and min(reached) > stocktake.due_at

    def coverage(
        self, reader: PersonRow, stocktake: StocktakeRow, at: datetime
    ) -> dict[str, CoverageCounts]:
        """Return the counts of each member, from what the reader may see."""
        seen = [
            row
            for row in self.entries.values()
            if row.stocktake == stocktake.id and self.sees(reader, row, at)
        ]
        found = {}
        for member in sorted({row.member for row in self.owed.values()}):
            owed = [
                row
                for row in self.owed.values()
                if (row.plan, row.member) == (stocktake.plan, member)
            ]
            states = [(row, self.state_of(row, seen, at)) for row in owed]
            reached = [one for one in states if one[1] in {"submitted", "published"}]
            counts = Counter(state for _row, state in reached)
            found[member] = CoverageCounts(
                owed=len(owed),
                published=counts["published"],
                submitted=counts["submitted"],
                late=sum(self.is_late(row, seen, stocktake) for row, _ in reached),
            )
        return found

    def counted_in(self, stocktake: StocktakeRow) -> list[EntryRow]:
        """Return what delegations count: also updates that join it once sent."""
        is_open = stocktake.closed_at is None
        return [
            row
            for row in self.entries.values()
            if row.stocktake == stocktake.id
            or (is_open and row.stocktake is None and row.state in AT_WORK)
        ]

    def own_states(
        self,
        reader: PersonRow,
        stocktake: StocktakeRow,
        at: datetime,
        *,
        only_assigned: bool = False,
    ) -> dict[str, int]:
        """Return how many of a delegation's commitments are in each state."""
        own = self.counted_in(stocktake)
        owed = [
            row
            for row in self.owed.values()
            if (row.plan, row.member) == (stocktake.plan, reader.delegation)
            and (not only_assigned or (reader.id, row.id) in self.drafts)
        ]
        return Counter(self.state_of(row, own, at) for row in owed)

    # ---- Notices ---------------------------------------------------------------------

    def missing(self, stocktake: StocktakeRow, at: datetime) -> dict[UUID, int]:
        """Return how many items each officer and head is asked for.

        Items in clearance are asked of the heads, all others of the officers.
        """
        entries = self.counted_in(stocktake)
        asked: Counter[UUID] = Counter()
        for owed in self.owed.values():
            state = self.state_of(owed, entries, at)
            if owed.plan != stocktake.plan or state in {"submitted", "published"}:
                continue
            desk = {
                role: [
                    person.id
                    for person in self.people.values()
                    if person.member == owed.member and role in person.roles
                ]
                for role in ("officer", "head")
            }
            officers, heads = desk["officer"], desk["head"]
            if state == "in_clearance":
                officers, heads = heads, officers
            asked.update(officers or heads)
        return asked

    def notice_of(
        self, stocktake: StocktakeRow, member: str | None, at: datetime
    ) -> str | None:
        """Return the kind of the notice that is due to a member, if one is."""
        if at <= stocktake.due_at:
            return "due" if at >= stocktake.due_at - timedelta(days=21) else None
        until = max(
            [
                stocktake.grace_ends_at,
                *(
                    ends_at
                    for of, whose, ends_at in self.extensions
                    if of == stocktake.id and whose in {None, member}
                ),
            ]
        )
        return "last_day" if until - timedelta(days=1) <= at <= until else "late"
