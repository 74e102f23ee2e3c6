"""Two invented stocktakes: one closed and complete, one open and part filled.

Every entry goes through the same actions as a real one, at an instant of its own, so
that its transitions, events and rights are those of the product; and all in order of
time, so that its ledger is one as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypedDict
from uuid import UUID

from accounts.dates import utc_day
from accounts.models import User, chair_at
from commitments.models import MemberCommitment, Plan
from g7plan.trial.demo.interleave import Story, run_in_time_order
from g7plan.trial.demo.people import former_coordinator
from g7plan.trial.demo.words import Library
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.assignments import assign_contributor
from progress.actions.carry_forward import carry_forward, confirm_entry
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.drafting import discard_entry, draft_entry
from progress.actions.review import publish_entry, return_entry
from progress.actions.stocktakes import (
    close_stocktake,
    open_stocktake,
    plan_stocktake,
)
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Entry, Handling, State, Status, Stocktake

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# What became of the entries of the open stocktake, over and over down the matrix.
OUTCOMES: list[State | None] = [
    State.PUBLISHED, State.SUBMITTED, None, State.PUBLISHED, State.DRAFT,
    State.PUBLISHED, State.IN_CLEARANCE, None, State.RETURNED, State.PUBLISHED,
    State.SUBMITTED, State.DRAFT, None, State.PUBLISHED, State.DISCARDED,
    State.IN_CLEARANCE, State.PUBLISHED, None, None,
]  # fmt: skip
# The newcomer's own: 1.2.2 of Japan is left for whoever tries the product.
LEFT_OPEN = ("1.2.2", "JP")
CONTRIBUTED = ("1.2.1", "1.2.2", "1.2.3", "2.3")

STATUSES = [
    Status.LIMITED, Status.SUBSTANTIAL, Status.SUBSTANTIAL, Status.NOT_STARTED,
    Status.IMPLEMENTED, Status.LIMITED, Status.SUBSTANTIAL, Status.LIMITED,
    Status.IMPLEMENTED, Status.SUBSTANTIAL, Status.LIMITED,
]  # fmt: skip
# Half a year later: nothing falls back, some move on.
MOVED_ON = {
    Status.NOT_STARTED: Status.LIMITED,
    Status.LIMITED: Status.SUBSTANTIAL,
    Status.SUBSTANTIAL: Status.SUBSTANTIAL,
    Status.IMPLEMENTED: Status.IMPLEMENTED,
    Status.NOT_APPLICABLE: Status.NOT_APPLICABLE,
}
REASONS = [
    "Please name the year in which the measure entered into force.",
    "The second paragraph speaks of another commitment (1.2.4). Could you move it?",
    "Which authority is in the lead? The text names two.",
]


Amendment = Callable[..., Entry]
# By the number of their cell.
AMENDMENTS: dict[int, tuple[Amendment, str]] = {
    11: (correct_entry, "The year of entry into force was wrong."),
    58: (correct_entry, "The number of posts connected was too high."),
    130: (withdraw_entry, "The programme it speaks of was not continued."),
    171: (correct_entry, "The lead authority changed its name."),
}


class DemoTarget(TypedDict):
    """What every move of an entry is told."""

    entry_id: UUID
    version: int


@dataclass(frozen=True)
class DemoCell:
    """One member commitment of the demonstration, and its number among all."""

    number: int
    member_commitment: MemberCommitment

    @property
    def code(self) -> str:
        return self.member_commitment.commitment.code

    @property
    def member(self) -> str:
        return self.member_commitment.member_id

    @property
    def status(self) -> Status:
        if (self.code, self.member) in {("1.5.2", "EU"), ("1.4.4", "EU")}:
            return Status.NOT_APPLICABLE
        return STATUSES[(self.number * 7 + self.number // 8) % len(STATUSES)]

    @property
    def is_unchanged(self) -> bool:
        """Half a year later the last text still holds, word for word."""
        return self.number % 7 == 4 and self.number not in AMENDMENTS

    @property
    def handling(self) -> Handling:
        if self.number % 13 == 5:
            return Handling.AMBER
        return Handling.CLEAR if self.number % 9 == 2 else Handling.GREEN


@dataclass(frozen=True)
class Scene:
    """Who acts, on which plan, in which words, seen from which day."""

    plan: Plan
    people: dict[str, User]
    library: Library
    now: datetime

    def officer(self, cell: DemoCell) -> User:
        return self.people[f"officer.{cell.member.lower()}"]

    def head(self, cell: DemoCell) -> User:
        return self.people[f"head.{cell.member.lower()}"]

    def coordinator(self, at: datetime) -> User:
        """Whoever coordinates at an instant: today's person, or a predecessor."""
        chair = chair_at(at)
        assert chair is not None  # noqa: S101 - the rotation is loaded before
        if chair == self.people["coordinator"].member_id:
            return self.people["coordinator"]
        return former_coordinator(chair, self.now)

    def reviewer(self, cell: DemoCell, at: datetime) -> User:
        if cell.member == chair_at(at):
            return self.people["reviewer"]
        return self.coordinator(at)

    def text(
        self, cell: DemoCell, turn: int, status: Status, at: datetime
    ) -> EntryText:
        words = self.library.words(cell.code, cell.member, turn)
        as_of = utc_day(at - (3 + cell.number % 11) * DAY)
        sources = self.library.evidence(cell.code, cell.member)
        return EntryText(
            as_of=as_of,
            status=status,
            is_at_risk=status != Status.IMPLEMENTED and cell.number % 19 == 4,
            narrative=words.narrative,
            next_steps=words.next_steps,
            obstacles=words.obstacles,
            handling=cell.handling,
            evidence=tuple(
                EvidenceItem(title, url=url, accessed_on=as_of)
                for title, url in sources[: cell.number % 3]
            ),
        )


def tell(scene: Scene) -> None:
    """Fill both stocktakes, in the order in which it would have happened."""
    cells = list(_cells(scene.plan))
    _set_lead_and_target(scene, cells)
    run_in_time_order(
        [*_closed_stocktake(scene, cells), *_open_stocktake(scene, cells)]
    )


def _cells(plan: Plan) -> Iterator[DemoCell]:
    rows = (
        MemberCommitment.objects.filter(commitment__plan=plan)
        .select_related("commitment__plan", "member")
        .order_by("commitment__position", "member_id")
    )
    return (DemoCell(number, row) for number, row in zip(count(), rows, strict=False))


def _set_lead_and_target(scene: Scene, cells: list[DemoCell]) -> None:
    for cell in cells:
        row = cell.member_commitment
        row.lead_authority = scene.library.lead(cell.code, cell.member)
        if cell.number % 4 == 0:
            row.target_on = (scene.now + (200 + cell.number) * DAY).date()
    MemberCommitment.objects.bulk_update(
        [cell.member_commitment for cell in cells], ["lead_authority", "target_on"]
    )


def _closed_stocktake(scene: Scene, cells: list[DemoCell]) -> Iterator[Story[None]]:
    """Every commitment reported by every member, some late, a few amended since."""
    opens_at = _noon(scene.now - 300 * DAY)
    due_at = opens_at + 28 * DAY
    closed_at = due_at + 10 * DAY
    yield _stocktake(scene, "spring", opens_at, due_at, closed_at)
    for cell in cells:
        yield _reported(scene, cell, opens_at, due_at)
    for number, (amend, reason) in AMENDMENTS.items():
        amended_at = closed_at + 30 * DAY
        yield _amended(scene, cells[number], amend, reason, amended_at)


def _open_stocktake(scene: Scene, cells: list[DemoCell]) -> Iterator[Story[None]]:
    """Part filled: every state of the workflow, and gaps."""
    opens_at = _noon(scene.now - 18 * DAY)
    yield _stocktake(scene, "autumn", opens_at, _noon(scene.now + 12 * DAY))
    for cell in cells:
        if cell.member == "JP" and cell.code in CONTRIBUTED:
            yield _assigned(scene, cell, opens_at)
        outcome = OUTCOMES[cell.number % len(OUTCOMES)]
        if outcome is None or (cell.code, cell.member) == LEFT_OPEN:
            continue
        written_at = opens_at + (1 + cell.number % 12) * DAY + cell.number % 9 * HOUR
        if cell.is_unchanged and outcome in {State.DRAFT, State.PUBLISHED}:
            yield _carried(outcome, scene, cell, written_at)
            continue
        status = cell.status if cell.number % 3 else MOVED_ON[cell.status]
        text = scene.text(cell, 1, status, written_at)
        if outcome in {State.DRAFT, State.DISCARDED, State.IN_CLEARANCE}:
            yield _at_home(outcome, scene, cell, text, written_at)
        else:
            yield _brought_in(outcome, scene, cell, text, written_at)


def _stocktake(
    scene: Scene,
    season: str,
    opens_at: datetime,
    due_at: datetime,
    closed_at: datetime | None = None,
) -> Story[None]:
    planned_at = yield from _until(opens_at - 14 * DAY)
    coordinator = scene.coordinator(opens_at)
    stocktake = plan_stocktake(
        stocktake=Stocktake(
            plan=scene.plan,
            slug=f"{due_at.year}-{season}",
            title=f"{season.title()} stocktake {due_at.year}",
            opens_at=opens_at,
            due_at=due_at,
            grace_ends_at=due_at + 7 * DAY,
        ),
        by=coordinator,
        at=planned_at,
    )
    opened = open_stocktake(
        stocktake_id=stocktake.pk,
        version=stocktake.version,
        second_reviewer=scene.people["reviewer"],
        by=coordinator,
        at=(yield from _until(opens_at)),
    )
    if closed_at is not None:
        yield closed_at
        close_stocktake(
            stocktake_id=stocktake.pk,
            version=opened.version,
            by=scene.coordinator(closed_at),
            at=closed_at,
        )


def _reported(
    scene: Scene, cell: DemoCell, opens_at: datetime, due_at: datetime
) -> Story[None]:
    written_at = opens_at + (1 + cell.number % 24) * DAY + cell.number % 7 * HOUR
    is_late = cell.number % 17 == 3
    sent_at = due_at + 2 * DAY if is_late else written_at + DAY
    text = scene.text(cell, 0, cell.status, written_at)
    entry = yield from _submitted(scene, cell, text, written_at, sent_at)
    yield from _published(scene, cell, entry, sent_at + 3 * DAY)


def _assigned(scene: Scene, cell: DemoCell, at: datetime) -> Story[None]:
    yield at
    assign_contributor(
        member_commitment=cell.member_commitment,
        user=scene.people["contributor.jp"],
        by=scene.officer(cell),
        at=at,
    )


def _brought_in(
    outcome: State, scene: Scene, cell: DemoCell, text: EntryText, written_at: datetime
) -> Story[None]:
    """Entries that have reached the Presidency, and what it said to them."""
    entry = yield from _submitted(scene, cell, text, written_at, written_at + 20 * HOUR)
    at = written_at + 2 * DAY
    if outcome is State.PUBLISHED:
        yield from _published(scene, cell, entry, at)
    elif outcome is State.RETURNED:
        yield at
        return_entry(
            entry_id=entry.pk,
            version=entry.version,
            reason=REASONS[cell.number % len(REASONS)],
            by=scene.reviewer(cell, at),
            at=at,
        )


def _carried(
    outcome: State, scene: Scene, cell: DemoCell, written_at: datetime
) -> Story[None]:
    """The last text again: confirmed and out, or still waiting to be confirmed."""
    yield written_at
    officer = scene.officer(cell)
    entry = carry_forward(
        member_commitment=cell.member_commitment, by=officer, at=written_at
    )
    if outcome is State.PUBLISHED:
        about: DemoTarget = {"entry_id": entry.pk, "version": entry.version}
        confirmed_at = yield from _until(written_at + HOUR)
        confirmed = confirm_entry(**about, by=officer, at=confirmed_at)
        signed = yield from _signed(scene, cell, confirmed, written_at + 20 * HOUR)
        yield from _published(scene, cell, signed, written_at + 2 * DAY)


def _at_home(
    outcome: State, scene: Scene, cell: DemoCell, text: EntryText, at: datetime
) -> Story[None]:
    """Entries that nobody outside the delegation knows of."""
    officer = scene.officer(cell)
    if outcome is State.DRAFT and cell.number % 2:
        text = replace(text, status="", narrative=text.narrative[:160])
    yield at
    entry = draft_entry(
        member_commitment=cell.member_commitment, text=text, by=officer, at=at
    )
    about: DemoTarget = {"entry_id": entry.pk, "version": entry.version}
    later = yield from _until(at + 2 * HOUR)
    if outcome is State.IN_CLEARANCE:
        submit_entry(**about, by=officer, at=later)
    elif outcome is State.DISCARDED:
        discard_entry(**about, by=officer, at=later)


def _amended(
    scene: Scene, cell: DemoCell, amend: Amendment, reason: str, at: datetime
) -> Story[None]:
    """A correction or a withdrawal, out as well."""
    yield at
    entry = cell.member_commitment.entries.get(published_at__isnull=False)
    draft = amend(
        entry_id=entry.pk,
        version=entry.version,
        reason=reason,
        by=scene.officer(cell),
        at=at,
    )
    signed = yield from _signed(scene, cell, draft, at + DAY)
    yield from _published(scene, cell, signed, at + 2 * DAY)


def _submitted(
    scene: Scene,
    cell: DemoCell,
    text: EntryText,
    written_at: datetime,
    sent_at: datetime,
) -> Story[Entry]:
    """Drafted, sent to clearance, and signed by the head."""
    yield written_at
    entry = draft_entry(
        member_commitment=cell.member_commitment,
        text=text,
        by=scene.officer(cell),
        at=written_at,
    )
    return (yield from _signed(scene, cell, entry, sent_at))


def _signed(scene: Scene, cell: DemoCell, entry: Entry, at: datetime) -> Story[Entry]:
    about: DemoTarget = {"entry_id": entry.pk, "version": entry.version}
    sent_at = yield from _until(at - HOUR)
    sent = submit_entry(**about, by=scene.officer(cell), at=sent_at)
    yield at
    return clear_entry(
        entry_id=entry.pk,
        version=sent.version,
        by=scene.head(cell),
        at=at,
        capital_reference=f"CT-{at.year}/{cell.number:03}" if cell.number % 3 else "",
    )


def _published(scene: Scene, cell: DemoCell, entry: Entry, at: datetime) -> Story[None]:
    yield at
    about: DemoTarget = {"entry_id": entry.pk, "version": entry.version}
    publish_entry(**about, by=scene.reviewer(cell, at), at=at)


def _until(at: datetime) -> Story[datetime]:
    """That instant, once it has come."""
    yield at
    return at


def _noon(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
