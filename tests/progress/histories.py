"""Random histories of a plan: entries in every state, over two stocktakes.

They hold the half-open cases: deadlines to the microsecond, extensions, amber and
released entries, corrections across stocktakes, withdrawals and what they reinstate,
entries beside a published one, and entries of the chair's own member.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import Member, User
from commitments.models import MemberCommitment, Plan
from progress.models import Entry, Extension, Handling, State, Status, Stocktake
from tests.factories import make_entry, make_stocktake, member_commitment_of

# No real instant is a whole second: a close has a tick less.
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")
MEMBERS = ("JP", "FR", "IT", "GB", "EU")
STATUSES = [status.value for status in Status]


@dataclass
class History:
    """A plan's random past, up to `now`."""

    random: Random
    plan: Plan
    now: datetime
    writers: dict[str, User]
    coordinator: User
    second_reviewer: User
    earlier: Stocktake
    latest: Stocktake

    @classmethod
    def begin(
        cls,
        seed: int,
        plan: Plan,
        now: datetime,
        *,
        writers: dict[str, User],
        coordinator: User,
        second_reviewer: User,
    ) -> "History":
        """Make the two stocktakes. The latest is open in most histories."""
        random = Random(seed)  # noqa: S311 - no secret
        people = {"by": coordinator, "second_reviewer": second_reviewer}
        earlier = make_stocktake(
            plan,
            slug="earlier",
            opens_at=now - 90 * DAY,
            opened_at=now - 90 * DAY,
            due_at=now - 70 * DAY,
            grace_ends_at=now - 65 * DAY,
            closed_at=now - 60 * DAY - TICK,
            closed_by=coordinator,
            **people,
        )
        due_at = now + random.choice([-5 * DAY, -TICK, 0 * DAY, TICK, DAY, 30 * DAY])
        is_closed = random.random() < 0.2
        latest = make_stocktake(
            plan,
            slug="latest",
            opens_at=now - 30 * DAY,
            opened_at=now - 30 * DAY,
            due_at=due_at,
            grace_ends_at=due_at + random.choice([timedelta(), 12 * DAY / 24, 9 * DAY]),
            closed_at=now - TICK if is_closed else None,
            closed_by=coordinator if is_closed else None,
            **people,
        )
        return cls(
            random, plan, now, writers, coordinator, second_reviewer, earlier, latest
        )

    def fill(self, *, publishes_lately: bool = False) -> "History":
        """Write a random history of most commitments.

        With `publishes_lately` more of it is of the latest stocktake, also late.
        """
        for member in MEMBERS:
            skips = self.random.random() < 0.3
            Member.objects.filter(pk=member).update(skips_clearance=skips)
            for code in CODES:
                if self.random.random() < 0.8:
                    row = member_commitment_of(self.plan, code, member)
                    self._tell(row, publishes_lately=publishes_lately)
        if self.random.random() < 0.5:
            self._extend()
        return self

    def _extend(self) -> None:
        Extension.objects.create(
            stocktake=self.latest,
            member_id=self.random.choice([None, *MEMBERS]),
            reason="A change of government.",
            granted_at=self.now - 2 * DAY,
            granted_by=self.coordinator,
            ends_at=self.now + self.random.choice([TICK, DAY, 20 * DAY]),
        )

    def _tell(self, row: MemberCommitment, *, publishes_lately: bool) -> None:
        """Publish and amend a few times, and then perhaps leave work in progress."""
        standing: list[Entry] = []
        at = self.now - 85 * DAY
        for _ in range(self.random.randint(0, 4)):
            at += self.random.choice([TICK, DAY, 9 * DAY, 20 * DAY])
            amended = self.random.choice(standing) if standing else None
            if amended is not None and self.random.random() < 0.5:
                kind = self.random.choice(["correction", "correction", "withdrawal"])
                standing.remove(amended)
                entry = self._published(row, at, kind=kind, supersedes=amended)
            else:
                entry = self._published(row, at, kind="update", supersedes=None)
            if entry.kind != "withdrawal":
                standing.append(entry)
        if publishes_lately and self.random.random() < 0.5:
            at = self.now - self.random.choice([2 * TICK, DAY, 9 * DAY])
            entry = self._published(row, at, kind="update", supersedes=None)
            standing.append(entry)
        self._leave_at_work(row, standing)

    def _published(self, row: MemberCommitment, at: datetime, **about: Any) -> Entry:
        amended = about["supersedes"]
        stocktake = amended.stocktake if amended else self._stocktake_at(at, row)
        own = self.second_reviewer if row.member_id == "IT" else self.coordinator
        as_of = at.date() - self.random.randint(0, 30) * DAY
        if amended and self.random.random() < 0.6:
            as_of = amended.as_of
        return self._entry(
            row,
            state=State.PUBLISHED,
            stocktake=stocktake,
            as_of=as_of,
            submitted_at=self._submitted(stocktake, at),
            published_at=at,
            published_by=own,
            written_at=at - DAY,
            **about,
        )

    def _submitted(self, stocktake: Stocktake | None, at: datetime) -> datetime:
        """Return when it reached its reviewer: often near the deadline."""
        near = (
            [stocktake.due_at + step for step in (-TICK, 0 * TICK, TICK)]
            if (stocktake)
            else []
        )
        return self.random.choice([at, *(one for one in near if one <= at)])

    def _stocktake_at(self, at: datetime, row: MemberCommitment) -> Stocktake | None:
        """Return a stocktake that had opened. The chair's entries always have one."""
        opened = self.latest.opened_at
        found = self.latest if opened and at >= opened else self.earlier
        is_beside = row.member_id != "IT" and self.random.random() < 0.2
        return None if is_beside else found

    def _leave_at_work(self, row: MemberCommitment, standing: list[Entry]) -> None:
        states = [
            State.DRAFT, State.IN_CLEARANCE, State.SUBMITTED, State.RETURNED,
            State.DISCARDED,
        ]  # fmt: skip
        if self.random.random() < 0.6:
            stocktake = self._open_stocktake()
            if row.member_id != "IT" and self.random.random() < 0.3:
                stocktake = None
            self._at_work(row, self.random.choice(states), stocktake, kind="update")
        for entry in standing:
            if self.random.random() < 0.3:
                kind = self.random.choice(["correction", "withdrawal"])
                about = {"kind": kind, "supersedes": entry}
                state = self.random.choice(states)
                self._at_work(row, state, entry.stocktake, **about)

    def _open_stocktake(self) -> Stocktake | None:
        return self.latest if self.latest.closed_at is None else None

    def _at_work(
        self,
        row: MemberCommitment,
        state: State,
        stocktake: Stocktake | None,
        **about: Any,
    ) -> None:
        sent = {}
        if state in {State.SUBMITTED, State.RETURNED}:
            sent = {"submitted_at": self._submitted(stocktake, self.now)}
        self._entry(row, state=state, stocktake=stocktake, **sent, **about)

    def _entry(self, row: MemberCommitment, **fields: Any) -> Entry:
        reason = "The year was wrong." if fields.get("supersedes") else ""
        return make_entry(
            row,
            by=self.writers[row.member_id],
            status=self.random.choice(STATUSES),
            is_at_risk=self.random.random() < 0.3,
            handling=self.random.choice([each.value for each in Handling]),
            reason=reason,
            **fields,
        )
