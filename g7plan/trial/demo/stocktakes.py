"""Two invented stocktakes: one closed and complete, one open and partly filled.

The bodies that score the members act between the delegations: see `scores`.

Every entry goes through the same actions as a real one, each at its own instant. So its
transitions, events and rights are those of the product. All acts are in order of time,
so that the ledger is valid too.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypedDict
from uuid import UUID

from accounts.dates import utc_day
from commitments.models import LeadAndTargetVersion, MemberCommitment, Plan
from g7plan.trial.demo.interleave import Story, run_in_time_order
from g7plan.trial.demo.scene import (
    AMENDMENTS,
    CONTRIBUTED,
    LEFT_OPEN,
    MOVED_ON,
    OUTCOMES,
    REASONS,
    Amendment,
    DemoCell,
    Scene,
)
from g7plan.trial.demo.scores import assess
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
from progress.entries.text import EntryText
from progress.models import Entry, State, Stocktake

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long the closed stocktake was open.
OPEN_FOR = 38 * DAY


class DemoTarget(TypedDict):
    """The arguments that every act on an entry takes."""

    entry_id: UUID
    version: int


def fill_stocktakes(scene: Scene) -> None:
    """Fill both stocktakes, in the order in which it would have happened."""
    cells = list(_cells(scene.plan))
    _set_lead_and_target(scene, cells)
    run_in_time_order(
        [
            *_closed_stocktake(scene, cells),
            *_open_stocktake(scene, cells),
            *assess(
                scene,
                cells,
                spring_closed_at=_spring(scene) + OPEN_FOR,
                autumn_opened_at=_autumn(scene),
            ),
        ]
    )


def _spring(scene: Scene) -> datetime:
    """Return when the closed stocktake opened."""
    return _noon(scene.now - 300 * DAY)


def _autumn(scene: Scene) -> datetime:
    """Return when the open stocktake opened."""
    return _noon(scene.now - 18 * DAY)


def _cells(plan: Plan) -> Iterator[DemoCell]:
    rows = (
        MemberCommitment.objects.filter(commitment__plan=plan)
        .select_related("commitment__plan", "member")
        .order_by("commitment__position", "member_id")
    )
    return (DemoCell(number, row) for number, row in zip(count(), rows, strict=False))


def _set_lead_and_target(scene: Scene, cells: list[DemoCell]) -> None:
    LeadAndTargetVersion.objects.bulk_create(
        LeadAndTargetVersion(
            member_commitment=cell.member_commitment,
            lead_authority=scene.library.lead(cell.code, cell.member),
            target_on=utc_day(scene.now + (200 + cell.number) * DAY)
            if cell.number % 4 == 0
            else None,
            set_at=scene.now - 301 * DAY,
        )
        for cell in cells
    )


def _closed_stocktake(scene: Scene, cells: list[DemoCell]) -> Iterator[Story[None]]:
    """Report every commitment for every member, some late, and amend a few since."""
    opens_at = _spring(scene)
    due_at = opens_at + 28 * DAY
    closed_at = opens_at + OPEN_FOR
    yield _stocktake(scene, "spring", opens_at, due_at, closed_at)
    for cell in cells:
        yield _reported(scene, cell, opens_at, due_at)
    for number, (amend, reason) in AMENDMENTS.items():
        amended_at = closed_at + 30 * DAY
        yield _amended(scene, cells[number], amend, reason, amended_at)


def _open_stocktake(scene: Scene, cells: list[DemoCell]) -> Iterator[Story[None]]:
    """Fill part of the open stocktake: every state of the workflow, and gaps."""
    opens_at = _autumn(scene)
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
            yield _in_delegation(outcome, scene, cell, text, written_at)
        else:
            yield _sent_to_presidency(outcome, scene, cell, text, written_at)


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


def _sent_to_presidency(
    outcome: State, scene: Scene, cell: DemoCell, text: EntryText, written_at: datetime
) -> Story[None]:
    """Send an entry to the Presidency, which may publish or return it."""
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
    """Carry the last text forward: confirmed and published, or not yet confirmed."""
    yield written_at
    officer = scene.officer(cell)
    entry = carry_forward(
        member_commitment=cell.member_commitment, by=officer, at=written_at
    )
    if outcome is State.PUBLISHED:
        about: DemoTarget = {"entry_id": entry.pk, "version": entry.version}
        confirmed_at = yield from _until(written_at + HOUR)
        confirmed = confirm_entry(
            **about, as_of=utc_day(confirmed_at), by=officer, at=confirmed_at
        )
        cleared = yield from _cleared(scene, cell, confirmed, written_at + 20 * HOUR)
        yield from _published(scene, cell, cleared, written_at + 2 * DAY)


def _in_delegation(
    outcome: State, scene: Scene, cell: DemoCell, text: EntryText, at: datetime
) -> Story[None]:
    """Draft an entry that no one outside the delegation can see."""
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
    """Correct or withdraw a published entry, and publish that too."""
    yield at
    entry = cell.member_commitment.entries.get(published_at__isnull=False)
    draft = amend(
        entry_id=entry.pk,
        version=entry.version,
        reason=reason,
        by=scene.officer(cell),
        at=at,
    )
    cleared = yield from _cleared(scene, cell, draft, at + DAY)
    yield from _published(scene, cell, cleared, at + 2 * DAY)


def _submitted(
    scene: Scene,
    cell: DemoCell,
    text: EntryText,
    written_at: datetime,
    sent_at: datetime,
) -> Story[Entry]:
    """Draft an entry, send it for clearance, and clear it."""
    yield written_at
    entry = draft_entry(
        member_commitment=cell.member_commitment,
        text=text,
        by=scene.officer(cell),
        at=written_at,
    )
    return (yield from _cleared(scene, cell, entry, sent_at))


def _cleared(scene: Scene, cell: DemoCell, entry: Entry, at: datetime) -> Story[Entry]:
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
    """Wait for an instant, and return it."""
    yield at
    return at


def _noon(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
