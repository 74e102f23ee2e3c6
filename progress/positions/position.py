"""Where every member commitment of a plan stands, for a reader, under both clocks.

One query for pages, reports and the API alike: `Entry.objects.….positions(…)` of
progress/querysets/entries.py. Here it is put together with what a position is shown
with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from commitments.models import Plan
from progress.models import Entry, EntryEvidence, Stocktake
from progress.positions.figures import Figure, Part, figure_of
from progress.querysets.entries import EntryQuerySet

# A commitment's primary key, and the code of a member.
Key = tuple[int, str]


@dataclass(frozen=True)
class Position:
    """What one member's last entry on one commitment says, if there is an entry."""

    entry: Entry | None = None
    # Does the entry belong to the stocktake in hand? Without a stocktake, each does.
    is_current: bool = False
    # An earlier entry, because a later one was withdrawn.
    shows_again: bool = False
    evidence_count: int = 0

    @property
    def figure(self) -> Figure:
        return figure_of(is_reported=self.entry is not None, is_current=self.is_current)

    @property
    def part(self) -> Part:
        """What it counts as: its status where it is current, else why it has none."""
        figure = self.figure
        if self.entry is None or figure == "no_update":
            return figure if figure != "current" else "not_reported"
        return self.entry.status  # type: ignore[return-value]  # constrained to it

    @property
    def status(self) -> str:
        """The last known status, current or not; empty where there is none."""
        return self.entry.status if self.entry else ""

    @property
    def is_at_risk(self) -> bool:
        return self.entry is not None and self.entry.is_at_risk

    @property
    def is_correction(self) -> bool:
        return self.entry is not None and self.entry.shown_kind == Entry.Kind.CORRECTION


# What a member commitment without any entry is.
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
    """Of all members, up to a handling label, each with its evidence: a report's."""
    entries = with_evidence(Entry.objects.for_audience(audience))
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
    """One query, and those that the entries in hand prefetch."""
    found = (
        entries.annotated_positions(at=at, known_at=known_at)
        .filter(member_commitment__commitment__plan=plan)
        .select_related("member_commitment", "stocktake")
    )
    return positions_from(found, stocktake)


def positions_from(entries: Iterable[Entry], stocktake: Stocktake | None) -> Positions:
    """Positions by their keys, of entries that carry their marks."""
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
    """Each with its evidence in order, under `evidence_links`: one query for all."""
    return entries.prefetch_related(_evidence())


def read_evidence(entry: Entry) -> None:
    """The same for an entry in hand."""
    prefetch_related_objects([entry], _evidence())


def _evidence() -> "Prefetch[str]":
    links = _in_order(EntryEvidence.objects.all())
    return Prefetch("evidence_links", queryset=links)


def evidence_links_of(entry: Entry) -> QuerySet[EntryEvidence]:
    """The evidence of one entry, in order."""
    return _in_order(entry.evidence_links.all())


def _in_order(links: QuerySet[EntryEvidence]) -> QuerySet[EntryEvidence]:
    return links.select_related("evidence__link_check").order_by("position")


def key_of(entry: Entry) -> Key:
    return entry.member_commitment.commitment_id, entry.member_commitment.member_id
