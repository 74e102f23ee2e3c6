"""The cells of the demonstration, what happens to each, and the people who act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.dates import utc_day
from accounts.models import User, chair_at
from commitments.models import MemberCommitment, Plan
from g7plan.trial.demo.people import former_coordinator
from g7plan.trial.demo.samples import Library, ScoreData
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Entry, Handling, State, Status

DAY = timedelta(days=1)

# The states of the entries of the open stocktake, repeated down the matrix.
OUTCOMES: list[State | None] = [
    State.PUBLISHED, State.SUBMITTED, None, State.PUBLISHED, State.DRAFT,
    State.PUBLISHED, State.IN_CLEARANCE, None, State.RETURNED, State.PUBLISHED,
    State.SUBMITTED, State.DRAFT, None, State.PUBLISHED, State.DISCARDED,
    State.IN_CLEARANCE, State.PUBLISHED, None, None,
]  # fmt: skip
# 1.2.2 of Japan is left for the person who tries the product.
LEFT_OPEN = ("1.2.2", "JP")
CONTRIBUTED = ("1.2.1", "1.2.2", "1.2.3", "2.3")

STATUSES = [
    Status.LIMITED, Status.SUBSTANTIAL, Status.SUBSTANTIAL, Status.NOT_STARTED,
    Status.IMPLEMENTED, Status.LIMITED, Status.SUBSTANTIAL, Status.LIMITED,
    Status.IMPLEMENTED, Status.SUBSTANTIAL, Status.LIMITED,
]  # fmt: skip
# Half a year later: no status goes down, some go up.
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
# By the number of the cell.
AMENDMENTS: dict[int, tuple[Amendment, str]] = {
    11: (correct_entry, "The year of entry into force was wrong."),
    58: (correct_entry, "The number of posts connected was too high."),
    130: (withdraw_entry, "The programme it speaks of was not continued."),
    171: (correct_entry, "The lead authority changed its name."),
}


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
        """Return whether the last text is still true half a year later."""
        return self.number % 7 == 4 and self.number not in AMENDMENTS

    @property
    def handling(self) -> Handling:
        if self.number % 13 == 5:
            return Handling.AMBER
        return Handling.CLEAR if self.number % 9 == 2 else Handling.GREEN


@dataclass(frozen=True)
class Scene:
    """The plan, the people, their texts and scores, and the day it is filled."""

    plan: Plan
    people: dict[str, User]
    library: Library
    scores: ScoreData
    now: datetime

    def officer(self, cell: DemoCell) -> User:
        return self.people[f"officer.{cell.member.lower()}"]

    def head(self, cell: DemoCell) -> User:
        return self.people[f"head.{cell.member.lower()}"]

    def coordinator(self, at: datetime) -> User:
        """Return the coordinator at an instant: today's person or a predecessor."""
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
        sample = self.library.sample(cell.code, cell.member, turn)
        as_of = utc_day(at - (3 + cell.number % 11) * DAY)
        sources = self.library.evidence(cell.code, cell.member)
        return EntryText(
            as_of=as_of,
            status=status,
            is_at_risk=status != Status.IMPLEMENTED and cell.number % 19 == 4,
            language=sample.language,
            narrative=sample.narrative,
            next_steps=sample.next_steps,
            obstacles=sample.obstacles,
            handling=cell.handling,
            evidence=tuple(
                EvidenceItem(title, url=url, accessed_on=as_of)
                for title, url in sources[: cell.number % 3]
            ),
        )
