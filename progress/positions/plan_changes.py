"""What changed on a plan since a moment, as one reader may see it.

Each member commitment is compared at two pairs of clocks: then and now (rule 3). A
position whose entry was withdrawn, and one whose entry was replaced by another that the
reader may not see, look alike: see `progress.changes`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from commitments.models import Commitment
from progress.models import Entry
from progress.positions.changes import EarlierEntry
from progress.positions.figures import CHANGES, Change, Status, change_of
from progress.positions.labels import change_label
from progress.positions.openings import openings_of
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import NO_POSITION
from progress.positions.since import StartingPoint
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class ChangeFilter:
    """The part of the changes to show; empty values show all of them."""

    action: str = ""
    sub_area: str = ""
    member: str = ""
    # The commitments that concern an instrument; None without one.
    concerning: frozenset[int] | None = None
    change: str = ""

    def has_cell(self, line: PlanLine, member: Member) -> bool:
        commitment = line.commitment
        sub_area = commitment.sub_area.code if commitment.sub_area else ""
        return (
            member.code in line.member_codes
            and self.member in {"", member.code}
            and self.action in {"", commitment.action.code}
            and self.sub_area in {"", sub_area}
            and (self.concerning is None or commitment.pk in self.concerning)
        )


@dataclass(frozen=True)
class ChangedPosition:
    """One member on one commitment, whose position is another entry than then."""

    line: PlanLine
    member: Member
    # The entries that are the position now, and that were it then. None: none that the
    # reader may see.
    entry: Entry | None
    earlier: EarlierEntry | None
    change: Change
    url: str
    # The first words of what it says now.
    opening: str
    # Whether its entry had been published by then: the one above it is gone.
    is_older: bool
    # Whether the reader sees every entry here, and so knows that one was withdrawn.
    reads_all: bool

    @property
    def before(self) -> Status | Literal[""]:
        return self.earlier.status if self.earlier else ""

    @property
    def label(self) -> str:
        """How it changed, in words."""
        if self.change == "gone" and self.reads_all:
            return _("Withdrawn")
        return _("Updated") if self.change == "same" else change_label(self.change)

    @property
    def compares_words(self) -> bool:
        """Whether its words have followed those of then."""
        is_followed = self.entry is not None and self.earlier is not None
        return is_followed and not self.is_older


@dataclass(frozen=True)
class ChangeGroup:
    """The changes of one member, or of one commitment. There is at least one."""

    changes: Sequence[ChangedPosition]

    @property
    def member(self) -> Member:
        return self.changes[0].member

    @property
    def commitment(self) -> Commitment:
        return self.changes[0].line.commitment


@dataclass(frozen=True)
class PlanChanges:
    """The changes that the filters leave, and how many there are of each kind."""

    since: StartingPoint
    changes: Sequence[ChangedPosition]
    # Of all kinds, whichever is filtered for; in the order of `CHANGES`.
    counts: Mapping[Change, int]

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def by_member(self) -> list[ChangeGroup]:
        """Return the changes under their members, in the order of members."""
        return self._grouped(lambda one: one.member.code)

    def by_commitment(self) -> list[ChangeGroup]:
        """Return the changes under their commitments, in plan order."""
        groups = self._grouped(lambda one: one.line.commitment.pk)
        return sorted(groups, key=lambda group: group.commitment.position)

    def _grouped(
        self, key_of: Callable[[ChangedPosition], str | int]
    ) -> list[ChangeGroup]:
        groups: dict[str | int, list[ChangedPosition]] = {}
        for one in self.changes:
            groups.setdefault(key_of(one), []).append(one)
        return [ChangeGroup(changes) for changes in groups.values()]


def changes_since(
    since: StartingPoint, table: PlanTable, viewpoint: Viewpoint, shown: ChangeFilter
) -> PlanChanges:
    """Return what changed from then to the clocks of the viewpoint. Three queries."""
    positions = viewpoint.load(Entry.objects.for_cells).positions
    earlier = viewpoint.earlier(since.comparison)
    found = []
    for member in table.members:
        for line in table.lines:
            if not shown.has_cell(line, member):
                continue
            key = line.commitment.pk, member.code
            entries = positions.get(key, NO_POSITION).entry, earlier.get(key)
            one = _changed(line, member, entries, since, viewpoint)
            found += [one] if one else []
    counts = dict.fromkeys(CHANGES, 0)
    for one in found:
        counts[one.change] += 1
    kept = [one for one in found if shown.change in {"", one.change}]
    openings = openings_of([one.entry.pk for one in kept if one.entry])
    kept = [
        replace(one, opening=openings[one.entry.pk]) if one.entry else one
        for one in kept
    ]
    return PlanChanges(since, kept, counts)


def _changed(
    line: PlanLine,
    member: Member,
    entries: tuple[Entry | None, EarlierEntry | None],
    since: StartingPoint,
    viewpoint: Viewpoint,
) -> ChangedPosition | None:
    """Return how one position changed, or None if it did not."""
    entry, earlier = entries
    status = cast("Status", entry.status) if entry else ""
    change = change_of(earlier.status if earlier else "", status)
    if not change or (entry and earlier and entry.pk == earlier.entry):
        return None
    code = line.commitment.code
    known_at = since.comparison.known_at
    return ChangedPosition(
        line=line,
        member=member,
        entry=entry,
        earlier=earlier,
        change=change,
        url=reverse(
            "progress:member-commitment-detail",
            args=[viewpoint.plan.slug, code, member.code],
        ),
        opening="",
        is_older=entry is not None and cast("datetime", entry.published_at) <= known_at,
        reads_all=viewpoint.reads_all_of(member.code),
    )
