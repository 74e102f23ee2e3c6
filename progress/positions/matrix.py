"""The matrix: commitments down, members across, as one reader may see it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple, Self

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.dates import local_day, utc_day
from accounts.models import Member
from progress.models import Entry, Stocktake
from progress.positions.changes import Comparison
from progress.positions.figures import CHANGES, ORDER, STATUSES, Figures, count
from progress.positions.labels import (
    change_label,
    part_label,
    short_status_label,
)
from progress.positions.plan_table import LastSummit, PlanLine, PlanTable
from progress.positions.position import NO_POSITION, Position, Positions
from progress.positions.viewpoint import Viewpoint, VisiblePositions


@dataclass(frozen=True)
class MatrixFilter:
    """The part of the matrix to show; empty values show all of it."""

    action: str = ""
    members: frozenset[str] = frozenset()
    # The commitments that concern an instrument; None without one.
    concerning: frozenset[int] | None = None
    part: str = ""

    def has_line(self, line: PlanLine) -> bool:
        is_of_action = self.action in {"", line.commitment.action.code}
        return is_of_action and (
            self.concerning is None or line.commitment.pk in self.concerning
        )

    def has_member(self, member: Member) -> bool:
        return not self.members or member.code in self.members


class CellFace(NamedTuple):
    """What a cell shows below its name. Many cells of many plans share a face."""

    # The status that its Harvey ball shows: the last known, current or not.
    mark: str
    label: str
    # Whether the entry is not of the stocktake in hand.
    is_past: bool = False
    # Whether it is outside the part that is filtered for, and only its mark is shown.
    is_aside: bool = False
    age: str = ""
    evidence_count: int = 0
    # The name of the last summit, if the entry was published before it.
    before: str = ""
    # Since when the text is unchanged, and when that was confirmed (rule 9).
    unchanged_since: date | None = None
    confirmed_on: date | None = None
    shows_again: bool = False
    is_at_risk: bool = False
    # How it has changed since the last close before, where that shows: not "same".
    change: str = ""
    change_label: str = ""
    # The state of the entry in progress, for readers who may see it.
    state: str = ""
    state_label: str = ""

    @property
    def css_class(self) -> str:
        aside = " cell-aside" if self.is_aside else ""
        if self.is_past:
            return f"cell cell-past{aside}"
        return f"cell{aside}" if aside else f"cell cell-{self.mark}"


@dataclass(frozen=True)
class MatrixCell:
    """One member on one commitment, as the reader may see it."""

    member: Member
    position: Position
    url: str
    face: CellFace

    def set_aside(self) -> "MatrixCell":
        return replace(self, face=self.face._replace(is_aside=True))


@dataclass(frozen=True)
class MatrixRow:
    """A commitment with its cells, and the headings that start above it."""

    line: PlanLine
    url: str
    # None where the commitment does not bind that member.
    cells: Sequence[MatrixCell | None]
    # The counts of the cells shown.
    figures: Figures
    opens_action: bool = False
    opens_sub_area: bool = False


@dataclass(frozen=True)
class MatrixColumn:
    """A member and the counts of its column."""

    member: Member
    figures: Figures
    none_label: str


@dataclass(frozen=True)
class MatrixTotal:
    """The count of one part for each member and for all members."""

    part: str
    label: str
    counts: Sequence[int]
    overall: int


@dataclass(frozen=True)
class TotalGroup:
    """Totals that count by one rule: in the stocktake in hand, or in all."""

    heading: str
    totals: Sequence[MatrixTotal]


@dataclass(frozen=True)
class Matrix:
    """The whole matrix, with the counts of the rows that it shows."""

    rows: Sequence[MatrixRow]
    columns: Sequence[MatrixColumn]
    figures: Figures
    total_groups: Sequence[TotalGroup]
    # The stocktake whose close the changes compare with.
    since: Stocktake | None


def build_matrix(
    table: PlanTable, viewpoint: Viewpoint, choice: MatrixFilter
) -> Matrix:
    """Return the matrix filtered by `choice`. Its figures count the rows it shows."""
    members = [member for member in table.members if choice.has_member(member)]
    builder = _Builder.of(table, viewpoint)
    found = [
        builder.row(line, members) for line in table.lines if choice.has_line(line)
    ]
    rows = _narrowed(found, choice.part)
    columns = [
        MatrixColumn(
            member,
            count(cell.position for cell in cells if cell),
            builder.none_labels[member.code],
        )
        for member, cells in zip(members, _transposed(rows, members), strict=True)
    ]
    figures = count(cell.position for row in rows for cell in row.cells if cell)
    return Matrix(
        rows=_with_headings(rows),
        columns=columns,
        figures=figures,
        total_groups=_total_groups([*(c.figures for c in columns), figures], viewpoint),
        since=builder.comparison.stocktake if builder.comparison else None,
    )


@dataclass(frozen=True)
class _Builder:
    """Makes the cells. The labels are looked up once for all of them."""

    table: PlanTable
    viewpoint: Viewpoint
    visible: VisiblePositions
    positions: Positions
    comparison: Comparison | None
    none_labels: Mapping[str, str]
    status_labels: Mapping[str, str]
    change_labels: Mapping[str, str]
    age: Callable[[date], str]

    @classmethod
    def of(cls, table: PlanTable, viewpoint: Viewpoint) -> Self:
        visible = viewpoint.load(Entry.objects.for_cells)
        comparison = viewpoint.comparison()
        return cls(
            table,
            viewpoint,
            visible,
            viewpoint.compared(visible.positions, comparison),
            comparison,
            {
                member.code: viewpoint.none_label(member.code)
                for member in table.members
            },
            {status: short_status_label(status) for status in STATUSES},
            {change: change_label(change) for change in CHANGES if change != "same"},
            partial(age_of, at=viewpoint.day_read),
        )

    def row(self, line: PlanLine, members: Iterable[Member]) -> MatrixRow:
        slug, code = self.table.plan.slug, line.commitment.code
        url = reverse("progress:commitment-detail", args=[slug, code])
        cells = [
            self.cell(line, member, url) if member.code in line.member_codes else None
            for member in members
        ]
        figures = count(cell.position for cell in cells if cell)
        return MatrixRow(line=line, url=url, cells=cells, figures=figures)

    def cell(self, line: PlanLine, member: Member, commitment_url: str) -> MatrixCell:
        key = line.commitment.pk, member.code
        position = self.positions.get(key, NO_POSITION)
        face = self.face(position, member)
        if label := self.change_labels.get(position.change):
            face = face._replace(change=position.change, change_label=label)
        in_progress = self.visible.in_progress.get(key)
        if in_progress:
            face = face._replace(
                state=in_progress.state,
                state_label=self.viewpoint.state_label(in_progress),
            )
        # The address of `member-commitment-detail`, without a search for each cell.
        return MatrixCell(member, position, f"{commitment_url}{member.code}/", face)

    def face(self, position: Position, member: Member) -> CellFace:
        entry = position.entry
        if entry is None:
            return CellFace("not_reported", self.none_labels[member.code])
        since, confirmed_at = entry.visible_unchanged_since, entry.confirmed_at
        confirmed_on = None
        if since and confirmed_at:
            confirmed_on = local_day(confirmed_at, get_current_timezone_name())
        return CellFace(
            mark=entry.status,
            label=self.status_labels[entry.status],
            is_past=not position.is_current,
            age=self.age(entry.as_of),
            evidence_count=position.evidence_count,
            before=summit_after(entry, self.table.last_summit),
            unchanged_since=since if confirmed_on else None,
            confirmed_on=confirmed_on,
            shows_again=position.shows_again,
            is_at_risk=entry.is_at_risk,
        )


def summit_after(entry: Entry | None, summit: LastSummit | None) -> str:
    """Return the last summit's name if the entry was published before its end."""
    if summit is None or entry is None or entry.published_at is None:
        return ""
    published_on = utc_day(entry.published_at)
    return summit.name if published_on <= summit.ended_on else ""


def _transposed(
    rows: Sequence[MatrixRow], members: Sequence[Member]
) -> list[list[MatrixCell | None]]:
    return [[row.cells[place] for row in rows] for place in range(len(members))]


def _narrowed(rows: Sequence[MatrixRow], part: str) -> list[MatrixRow]:
    """Return the rows that have this part, with all other cells set aside."""
    if not part:
        return list(rows)
    return [
        replace(
            row,
            cells=[
                cell if cell is None or cell.position.part == part else cell.set_aside()
                for cell in row.cells
            ],
        )
        for row in rows
        if any(cell and cell.position.part == part for cell in row.cells)
    ]


def _with_headings(rows: Iterable[MatrixRow]) -> list[MatrixRow]:
    """Mark the first row of each action and of each sub-area."""
    marked: list[MatrixRow] = []
    for row in rows:
        before = marked[-1].line.commitment if marked else None
        here = row.line.commitment
        is_new_action = before is None or before.action_id != here.action_id
        is_new_sub_area = before is None or before.sub_area_id != here.sub_area_id
        marked.append(
            replace(
                row,
                opens_action=is_new_action,
                opens_sub_area=is_new_sub_area and here.sub_area_id is not None,
            )
        )
    return marked


def _total_groups(figures: Sequence[Figures], viewpoint: Viewpoint) -> list[TotalGroup]:
    """Return the counts of each member and, last in `figures`, of all members.

    Without a stocktake in hand every position is current, so one group says it all.
    """
    nothing, stocktake = viewpoint.none_label(), viewpoint.stocktake

    def total(part: str, label: str, counts: Sequence[int]) -> MatrixTotal:
        return MatrixTotal(part, label, counts[:-1], counts[-1])

    by_part = [
        total(part, part_label(part, nothing), [each.parts[part] for each in figures])
        for part in ORDER
    ]
    in_all = [
        total(part, part_label(part, nothing), [each.in_all[part] for each in figures])
        for part in ORDER
        if part in STATUSES
    ]
    in_all.append(by_part[-1])
    at_risk = [each.at_risk for each in figures]
    at_risk_in_all = [each.at_risk_in_all for each in figures]
    if stocktake is None:
        by_part.append(total("at_risk", _("At risk"), at_risk))
        return [TotalGroup(_("Totals of the rows shown"), by_part)]
    by_part.append(total("at_risk", _("At risk in this stocktake"), at_risk))
    in_all.append(total("at_risk", _("At risk in all"), at_risk_in_all))
    here = _("In %(stocktake)s: totals of the rows shown") % {
        "stocktake": stocktake.title
    }
    before = _("In all, with the last entries from before: totals of the rows shown")
    return [TotalGroup(here, by_part), TotalGroup(before, in_all)]


def age_of(day: date, *, at: date) -> str:
    """Return the time between two days in its largest unit: `3 weeks`, `8 months`."""
    return _age(day, at, get_language())


# The days of a plan's entries are few, and the same for all who read today.
@lru_cache(maxsize=4096)
def _age(day: date, at: date, _language: str | None) -> str:
    if day >= at:
        return _("today")
    return timesince(day, at, depth=1)
