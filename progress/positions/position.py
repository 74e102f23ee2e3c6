"""The position of each member commitment of a plan, for a reader and two clocks.

Pages, reports and the API all use one query: `EntryQuerySet.positions`. This module
adds what a position is shown with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from commitments.models import MemberCommitment, Plan
from commitments.tracking import LeadAndTarget
from progress.models import Entry, EntryEvidence, Stocktake
from progress.positions.figures import (
    Change,
    Figure,
    Part,
    Status,
    change_of,
    figure_of,
)
from progress.querysets.entries import EntryQuerySet

# A commitment's primary key, and the code of a member.
Key = tuple[int, str]


@dataclass(frozen=True)
class Position:
    """The current entry of one member on one commitment, or none."""

    entry: Entry | None = None
    # Whether the entry belongs to the stocktake in question, or none is in question.
    is_current: bool = False
    # Whether it is reinstated: a later entry was withdrawn.
    shows_again: bool = False
    evidence_count: int = 0
    # The status it is compared with: empty without an entry, None if not compared.
    before: Status | Literal[""] | None = None
    # Whether its target date has passed, where target dates are read.
    is_overdue: bool = False

    @property
    def figure(self) -> Figure:
        return figure_of(is_reported=self.entry is not None, is_current=self.is_current)

    @property
    def part(self) -> Part:
        """What it counts as: its status if it is current, else why it has none."""
        figure = self.figure
        if self.entry is None or figure == "no_update":
            return figure if figure != "current" else "not_reported"
        return self.entry.status  # type: ignore[return-value]  # constrained to it

    @property
    def status(self) -> Status | Literal[""]:
        """The last known status, current or not; empty without an entry."""
        return self.entry.status if self.entry else ""  # type: ignore[return-value]  # constrained to it

    @property
    def change(self) -> Change | Literal[""]:
        """How it has changed; empty where positions are not compared."""
        return "" if self.before is None else change_of(self.before, self.status)

    @property
    def is_at_risk(self) -> bool:
        return self.entry is not None and self.entry.is_at_risk

    @property
    def is_correction(self) -> bool:
        return self.entry is not None and self.entry.is_shown_as_correction


def shown_lead_and_target(
    known: LeadAndTarget, *, has_entry: bool, reads_all: bool
) -> LeadAndTarget:
    """Return what is known of both, or empty values where they are not shown.

    `reads_all` is whether the reader sees every published entry there, amber ones too.
    Other readers see them only where they see an entry of that member. The API asks
    the same of the database: `querysets.visibility.shows_lead_and_target`.
    """
    is_shown = reads_all or has_entry
    return known if is_shown else LeadAndTarget()


# The position of a member commitment without an entry.
NO_POSITION = Position()
Positions = Mapping[Key, Position]


def positions_for_audience(
    plan: Plan,
    *,
    audience: str,
    stocktake: Stocktake | None,
    at: date,
    known_at: datetime,
) -> Positions:
    """Return the positions that a report shows, each with its evidence and its record.

    They are of all members, up to the handling label of its audience. Two queries.
    """
    entries = with_evidence(Entry.objects.for_audience(audience))
    entries = entries.select_related("ledger_record")
    return positions_of(
        entries, plan=plan, stocktake=stocktake, at=at, known_at=known_at
    )


def positions_of(
    entries: EntryQuerySet,
    *,
    plan: Plan,
    stocktake: Stocktake | None,
    at: date,
    known_at: datetime,
) -> Positions:
    """Return the positions among these entries. One query, and their prefetches."""
    owed = MemberCommitment.objects.filter(commitment__plan=plan)
    found = entries.annotated_positions(owed, at=at, known_at=known_at).select_related(
        "member_commitment", "stocktake"
    )
    return positions_from(found, stocktake)


def positions_from(entries: Iterable[Entry], stocktake: Stocktake | None) -> Positions:
    """Return positions by key, from entries of `EntryQuerySet.annotated`."""
    return {
        key_of(entry): Position(
            entry=entry,
            is_current=stocktake is None or entry.stocktake_id == stocktake.pk,
            shows_again=entry.shows_again,
            evidence_count=entry.evidence_count,
        )
        for entry in entries
    }


def with_evidence(entries: EntryQuerySet) -> EntryQuerySet:
    """Prefetch the evidence of each entry, in order, as `evidence_links`. One query."""
    return entries.prefetch_related(_evidence())


def read_evidence(entries: Iterable[Entry]) -> None:
    """Read the evidence of entries that are loaded already, as `with_evidence` does."""
    prefetch_related_objects(list(entries), _evidence())


def _evidence() -> "Prefetch[str]":
    links = _in_order(EntryEvidence.objects.all())
    return Prefetch("evidence_links", queryset=links)


def evidence_links_of(entry: Entry) -> QuerySet[EntryEvidence]:
    """Return the evidence of one entry, in order."""
    return _in_order(entry.evidence_links.all())


def _in_order(links: QuerySet[EntryEvidence]) -> QuerySet[EntryEvidence]:
    links = links.select_related("evidence__link_check", "evidence__scan")
    return links.order_by("position")


def key_of(entry: Entry) -> Key:
    """Return the key of an entry's member commitment in `Positions`."""
    return entry.member_commitment.commitment_id, entry.member_commitment.member_id
