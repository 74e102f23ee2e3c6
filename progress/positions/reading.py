"""The positions of a plan, or of a part of it, as the pages for reading show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, Self

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.wording.listed import listed
from accounts.wording.names import in_language
from commitments.models import MemberCommitment, Plan
from commitments.tracking import LeadAndTarget
from progress.entries.excerpt import excerpt_of
from progress.models import Entry, Stocktake
from progress.positions.changes import Comparison
from progress.positions.figures import Change, Figures, Part, count, is_past_target
from progress.positions.labels import change_label, status_label
from progress.positions.matrix import age_of, summit_after
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import (
    NO_POSITION,
    Key,
    Position,
    Positions,
    shown_lead_and_target,
)
from progress.positions.scores.beside import (
    OutsideScores,
    ReadingMoment,
    outside_scores_of,
    with_outside_scores,
)
from progress.positions.viewpoint import Viewpoint, VisiblePositions
from progress.querysets.entries import EntryQuerySet


@dataclass(frozen=True)
class MemberPosition:
    """One member's position on one commitment, as the reader may see it."""

    line: PlanLine
    member: Member
    position: Position
    none_label: str
    # Its timeline.
    url: str
    # The name of the last summit, if the entry was published before it.
    before: str = ""
    # The time since its day: `3 weeks`, `8 months`.
    age: str = ""
    # The entry in progress, for readers who may see it.
    in_progress: Entry | None = None
    # Empty where the reader may not see them, or where the page does not show them.
    lead_and_target: LeadAndTarget = field(default_factory=LeadAndTarget)

    @property
    def mark(self) -> Part:
        """What its Harvey ball shows: the last known status, current or not."""
        return self.position.status or "not_reported"

    @property
    def is_past(self) -> bool:
        """Whether there is an entry, but not of the stocktake in hand."""
        return self.position.figure == "no_update"

    @property
    def change(self) -> Change | Literal[""]:
        """The change that an arrow shows. The same status shows none."""
        return "" if self.position.change == "same" else self.position.change

    @property
    def change_label(self) -> str:
        return change_label(self.change) if self.change else ""

    @cached_property
    def opening(self) -> str:
        """The first lines of its narrative; empty without an entry."""
        entry = self.position.entry
        return excerpt_of(entry.narrative) if entry else ""

    @property
    def has_more(self) -> bool:
        """Whether the entry says more than its opening shows."""
        entry = self.position.entry
        if entry is None:
            return False
        more = entry.next_steps or entry.obstacles
        return bool(more) or self.opening != entry.narrative

    @property
    def words(self) -> str:
        """All that its mark shows, for those who do not see it."""
        status = self.position.status
        said = [status_label(status) if status else self.none_label]
        if self.is_past:
            said.append(_("no update"))
        if self.change:
            said.append(self.change_label)
        if self.position.is_at_risk:
            said.append(_("at risk"))
        return f"{in_language(self.member.name)}: {listed(said)}"


@dataclass(frozen=True)
class PlanReading:
    """What the reader may see of a plan, or of one commitment or member of it."""

    table: PlanTable
    viewpoint: Viewpoint
    visible: VisiblePositions
    # With the statuses of the last close before, where there was one.
    positions: Positions
    comparison: Comparison | None
    lead_and_targets: Mapping[Key, LeadAndTarget]
    # What assessing bodies say of a part. It counts in no figure here.
    outside_scores: OutsideScores = field(default_factory=dict)

    @classmethod
    def of_plan(cls, table: PlanTable, viewpoint: Viewpoint) -> Self:
        """Return the positions of the whole plan, without texts. Three queries."""
        visible = viewpoint.load(Entry.objects.for_cells)
        return cls._compared(table, viewpoint, visible, {})

    @classmethod
    def of_part(
        cls,
        table: PlanTable,
        viewpoint: Viewpoint,
        *,
        commitment: int | None = None,
        member: str | None = None,
    ) -> Self:
        """Return the positions of one commitment or member, with texts. Four queries.

        They come with lead authorities and target dates, where the reader sees these.
        """
        visible = viewpoint.load(_with_texts, commitment=commitment, member=member)
        of = MemberCommitment.objects.filter(commitment__plan=table.plan)
        if commitment is not None:
            of = of.filter(commitment=commitment)
        if member is not None:
            of = of.filter(member=member)
        known_at = viewpoint.clocks.known_at
        moment = ReadingMoment(viewpoint.reader, viewpoint.reading_at, known_at)
        rows = with_outside_scores(of.with_lead_and_target(known_at), moment)
        by_key = {(row.commitment_id, row.member_id): row for row in rows}
        known = {key: LeadAndTarget.of(row) for key, row in by_key.items()}
        scores = {key: outside_scores_of(row) for key, row in by_key.items()}
        reading = cls._compared(table, viewpoint, visible, known)
        return replace(reading, outside_scores=scores)

    @classmethod
    def _compared(
        cls,
        table: PlanTable,
        viewpoint: Viewpoint,
        visible: VisiblePositions,
        known: Mapping[Key, LeadAndTarget],
    ) -> Self:
        comparison = viewpoint.comparison()
        positions = viewpoint.compared(visible.positions, comparison)
        return cls(table, viewpoint, visible, positions, comparison, known)

    @cached_property
    def none_labels(self) -> Mapping[str, str]:
        """The label of an empty position of each member."""
        label = self.viewpoint.none_label
        return {member.code: label(member.code) for member in self.table.members}

    @cached_property
    def _commitment_urls(self) -> Mapping[int, str]:
        slug = self.table.plan.slug
        return {
            line.commitment.pk: reverse(
                "progress:commitment-detail", args=[slug, line.commitment.code]
            )
            for line in self.table.lines
        }

    def _timeline_url(self, line: PlanLine, member: Member) -> str:
        """Return the address of `member-commitment-detail`, at the same clocks.

        It is made without a search for each, because a plan has hundreds.
        """
        commitment_url = self._commitment_urls[line.commitment.pk]
        return f"{commitment_url}{member.code}/{self.viewpoint.clocks.query}"

    def of_line(self, line: PlanLine) -> Sequence[MemberPosition]:
        """Return the position of each member that the commitment binds, in order."""
        return [
            self.of(line, member)
            for member in self.table.members
            if member.code in line.member_codes
        ]

    def of(self, line: PlanLine, member: Member) -> MemberPosition:
        """Return the position of one member that the commitment binds."""
        key = line.commitment.pk, member.code
        position = self.positions.get(key, NO_POSITION)
        shown = shown_lead_and_target(
            self.lead_and_targets.get(key, LeadAndTarget()),
            has_entry=position.entry is not None,
            reads_all=self.viewpoint.reads_all_of(member.code),
        )
        if is_past_target(
            shown.target_on, position.status, at=self.viewpoint.clocks.at
        ):
            position = replace(position, is_overdue=True)
        return MemberPosition(
            line=line,
            member=member,
            position=position,
            none_label=self.none_labels[member.code],
            url=self._timeline_url(line, member),
            before=summit_after(position.entry, self.table.last_summit),
            age=self._age(position.entry),
            in_progress=self.visible.in_progress.get(key),
            lead_and_target=shown,
        )

    def _age(self, entry: Entry | None) -> str:
        return age_of(entry.as_of, at=self.viewpoint.day_read) if entry else ""

    @property
    def since(self) -> Stocktake | None:
        """The stocktake whose close the positions are compared with."""
        return self.comparison.stocktake if self.comparison else None

    def figures(self, found: Iterable[MemberPosition]) -> Figures:
        """Return the counts of these positions, compared where the plan is."""
        return count(
            (one.position for one in found), is_compared=self.comparison is not None
        )


def _with_texts() -> EntryQuerySet:
    return Entry.objects.select_related("stocktake")


@dataclass(frozen=True)
class ReadClause:
    """A promise in a commitment that has several, with its letter."""

    letter: str
    text: str


@dataclass(frozen=True)
class ReadingRow:
    """A commitment with the positions shown for it, and its clauses."""

    line: PlanLine
    url: str
    shown: Sequence[MemberPosition]
    clauses: Sequence[ReadClause] = ()

    @classmethod
    def of(
        cls,
        plan: Plan,
        line: PlanLine,
        shown: Sequence[MemberPosition],
        clauses: Sequence[ReadClause] = (),
    ) -> Self:
        """Return the row with the address of its commitment."""
        address = [plan.slug, line.commitment.code]
        url = reverse("progress:commitment-detail", args=address)
        return cls(line, url, shown, clauses)


@dataclass(frozen=True)
class ReadingGroup:
    """The commitments under one heading: a sub-area, or an action without sub-areas."""

    code: str
    title: str
    rows: Sequence[ReadingRow]


@dataclass(frozen=True)
class ReadingAction:
    """An action with its commitments, grouped by sub-area where it has any."""

    code: str
    title: str
    groups: Sequence[ReadingGroup]

    @property
    def has_sub_areas(self) -> bool:
        return self.groups[0].code != self.code


def by_action(rows: Iterable[ReadingRow]) -> list[ReadingAction]:
    """Return the rows under their actions and sub-areas, in the order of the plan."""
    actions: dict[str, list[ReadingRow]] = {}
    for row in rows:
        actions.setdefault(row.line.commitment.action.code, []).append(row)
    return [
        ReadingAction(code, found[0].line.commitment.action.title, _groups(found))
        for code, found in actions.items()
    ]


def _groups(rows: Iterable[ReadingRow]) -> list[ReadingGroup]:
    groups: dict[tuple[str, str], list[ReadingRow]] = {}
    for row in rows:
        of = row.line.commitment.sub_area or row.line.commitment.action
        groups.setdefault((of.code, of.title), []).append(row)
    return [ReadingGroup(code, title, found) for (code, title), found in groups.items()]
