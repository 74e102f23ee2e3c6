"""The stocktakes of every plan, one after another, and the acts that frame them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.seeding.chains import (
    NOTHING,
    Ledger,
    Trail,
    canonical,
    hash_of,
    hidden,
    instant,
)
from benchmarks.seeding.sizes import Size
from benchmarks.seeding.tables import NULL
from benchmarks.seeding.world import PLAN, SECOND_REVIEWER, Owed, World

COUNT = 11  # stocktakes of a plan
BEGIN = datetime(2016, 8, 1)  # noqa: DTZ001 - in UTC, as everything here
TICK = timedelta(microseconds=1)


@dataclass
class Window:
    """The time of one stocktake, the same in every plan, and its rounds of entries."""

    number: int
    starts_at: datetime
    ends_at: datetime
    rounds: range
    rounds_elsewhere: range
    # Identifiers of its stocktakes, by plan.
    ids: dict[str, str] = field(default_factory=dict)

    def part(self, share: float) -> datetime:
        return self.starts_at + (self.ends_at - self.starts_at) * share

    def turns(self) -> Iterator[tuple[range, range]]:
        """Yield in turn rounds of the first plan and of the others, evenly mixed."""
        count = max(len(self.rounds), len(self.rounds_elsewhere))
        for turn in range(count):
            yield (
                _part(self.rounds, turn, count),
                _part(self.rounds_elsewhere, turn, count),
            )

    @property
    def slug(self) -> str:
        return f"stocktake-{self.number:02d}"

    @property
    def is_last(self) -> bool:
        return self.number == COUNT


def windows(anchor: datetime, size: Size) -> list[Window]:
    """Return the windows from the adoption to the anchor."""
    length = (anchor - BEGIN) / COUNT
    return [
        Window(
            number=number + 1,
            starts_at=BEGIN + length * number,
            ends_at=BEGIN + length * (number + 1),
            rounds=_part(range(size.rounds), number, COUNT),
            rounds_elsewhere=_part(range(size.rounds_elsewhere), number, COUNT),
        )
        for number in range(COUNT)
    ]


def _part(whole: range, number: int, count: int) -> range:
    """Return one of so many parts of a range."""
    return whole[len(whole) * number // count : len(whole) * (number + 1) // count]


class Stocktakes:
    """Opens and closes the stocktakes of a window, and records both."""

    def __init__(self, world: World, ledger: Ledger, trail: Trail) -> None:
        self.world, self.ledger, self.trail = world, ledger, trail
        self._by_plan: dict[str, list[Owed]] = {}
        for owed in world.owed:
            self._by_plan.setdefault(owed.plan, []).append(owed)

    def open(self, window: Window) -> None:
        """Give each plan a stocktake, and one member of it more time."""
        for number, plan in enumerate(self.world.plans):
            window.ids[plan] = self.world.new_id()
            self.trail.append(
                "opening",
                window.ids[plan],
                self.world.new_salt(),
                self._opened(plan, window),
            )
            self._extend(window, plan, ("CA", "FR", "DE", "IT", "JP")[number % 5])

    def close(self, window: Window) -> None:
        """Close them all but the last one of the first plan, which stays open."""
        for plan in self.world.plans:
            if window.is_last and plan == PLAN:
                self._add(window, plan, closed_at="", sha256="", head="")
            else:
                self._close(window, plan)

    def _opener(self, window: Window) -> str:
        chair = self.world.chairs[window.starts_at.year]
        return self.world.people[chair, "coordinator"][0].id

    def _times(self, plan: str, window: Window) -> tuple[datetime, datetime]:
        """Return when it is due, and when its grace ends."""
        if window.is_last and plan == PLAN:
            anchor = self.world.anchor
            return anchor + timedelta(days=40), anchor + timedelta(days=50)
        return window.part(0.8), window.part(0.975)

    def _opened(self, plan: str, window: Window) -> dict[str, object]:
        due_at, grace_ends_at = self._times(plan, window)
        return {
            "plan": plan,
            "slug": window.slug,
            "opens_at": instant(window.starts_at),
            "due_at": instant(due_at),
            "grace_ends_at": instant(grace_ends_at),
            "opened_at": instant(window.starts_at),
            "opened_by": self._opener(window),
        }

    def _extend(self, window: Window, plan: str, member: str) -> None:
        number = self.world.tables.number("progress_extension")
        salt, reason = self.world.new_salt(), "The ministry is being reorganized."
        granted_at, ends_at = instant(window.part(0.5)), instant(window.part(0.9))
        by = self.world.people[self.world.chairs[window.part(0.5).year], "coordinator"][
            0
        ].id
        self.world.tables.rows["progress_extension"].append(
            (str(number), window.ids[plan], member, reason, ends_at, granted_at, by)
        )
        content = {
            "stocktake": window.ids[plan],
            "member": member,
            "ends_at": ends_at,
            "granted_at": granted_at,
            "granted_by": by,
            "reason": hidden(bytes.fromhex(salt), "reason", reason),
        }
        self.trail.append("extension", str(number), salt, content)

    def _close(self, window: Window, plan: str) -> None:
        positions = [
            [
                owed.code,
                owed.member,
                owed.in_force[-1].record if owed.in_force else None,
            ]
            for owed in self._by_plan[plan]
        ]
        sha256 = hash_of(
            canonical({"plan": plan, "stocktake": window.slug, "positions": positions})
        )
        closed_at = instant(window.part(0.98))
        head = self.ledger.head if self.ledger.head != NOTHING else ""
        self._add(window, plan, closed_at=closed_at, sha256=sha256, head=head)
        content = self._opened(plan, window) | {
            "title": _title(window),
            "closed_at": closed_at,
            "closed_by": self._closer(window),
            "closing_sha256": sha256,
            "closing_head": head,
        }
        self.trail.append("closing", window.ids[plan], self.world.new_salt(), content)

    def _closer(self, window: Window) -> str:
        chair = self.world.chairs[window.part(0.98).year]
        return self.world.people[chair, "coordinator"][0].id

    def _add(
        self, window: Window, plan: str, *, closed_at: str, sha256: str, head: str
    ) -> None:
        opened = self._opened(plan, window)
        second = self.world.people[SECOND_REVIEWER, "coordinator"][0].id
        self.world.tables.rows["progress_stocktake"].append(
            (
                window.ids[plan], str(self.world.plans[plan]), window.slug,
                _title(window), str(opened["opens_at"]), str(opened["due_at"]),
                str(opened["grace_ends_at"]), second, str(opened["opened_at"]),
                str(opened["opened_by"]), closed_at or NULL,
                self._closer(window) if closed_at else NULL, sha256, head, "2",
            )
        )  # fmt: skip


def _title(window: Window) -> str:
    return f"Stocktake of {window.starts_at.year}, number {window.number}"
