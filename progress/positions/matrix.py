"""The matrix: commitments down, members across, as one reader may see it."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple, Self

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.dates import local_day, utc_day
from accounts.models import Member
from accounts.wording.names import in_language
from commitments.models import Action, SubArea
from progress.models import Entry, State, Stocktake
from progress.positions.changes import Comparison
from progress.positions.figures import CHANGES, ORDER, STATUSES, Figures, count
from progress.positions.labels import (
    change_label,
    part_label,
    short_status_label,
)
from progress.positions.matrix_filter import MatrixFilter
from progress.positions.plan_table import LastSummit, PlanLine, PlanTable
from progress.positions.position import NO_POSITION, Key, Position, Positions
from progress.positions.viewpoint import Viewpoint, VisiblePositions


class CellFace(NamedTuple):
    """What a cell shows below its name. Many cells of many plans share a face."""

    # The status that its Harvey ball shows: the last known, current or not.
    mark: str
    label: str
    # Whether the entry is not of the stocktake in hand.
    is_past: bool = False
    # Whether it is outside what is filtered for, and only its mark is shown.
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

    # Whether that entry is with the second reviewer rather than with the Presidency.
    is_with_second_reviewer: bool = False

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
    # Whether what shows came late. Known only where the filter asks for it.
    is_late: bool = False

    @property
    def state(self) -> str:
        return self.face.state

    @property
    def before(self) -> str:
        return self.face.before

    def set_aside(self) -> "MatrixCell":
        return replace(self, face=self.face._replace(is_aside=True))


@dataclass(frozen=True)
class MatrixRow:
    """A commitment with its cells."""

    line: PlanLine
    url: str
    # None where the commitment does not bind that member.
    cells: Sequence[MatrixCell | None]
    # The counts of the cells shown.
    figures: Figures


@dataclass(frozen=True)
class MatrixGroup:
    """The rows of a sub-area, or of an action without sub-areas."""

    rows: Sequence[MatrixRow]
    # Whether the heading of the action comes above: it is the first of its sub-areas.
    opens_action: bool

    @property
    def action(self) -> Action:
        return self.rows[0].line.commitment.action

    @property
    def heading(self) -> Action | SubArea:
        return self.rows[0].line.commitment.sub_area or self.action


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

    @property
    def short_label(self) -> str:
        """The label as cells have it."""
        is_status = self.part in STATUSES
        return short_status_label(self.part) if is_status else self.label


@dataclass(frozen=True)
class TotalGroup:
    """Totals that count by one rule: in the stocktake in hand, or in all."""

    # Empty where there is one group only.
    heading: str
    totals: Sequence[MatrixTotal]


@dataclass(frozen=True)
class Matrix:
    """The whole matrix, with the counts of the rows that it shows."""

    rows: Sequence[MatrixRow]
    groups: Sequence[MatrixGroup]
    columns: Sequence[MatrixColumn]
    figures: Figures
    total_groups: Sequence[TotalGroup]
    # The stocktake whose close the changes compare with.
    since: Stocktake | None
    # The place of the column that a phone shows first: the reader's own, or the first.
    first_shown: int

    @property
    def statuses(self) -> Sequence[MatrixTotal]:
        """The totals of each part in the stocktake, without what is at risk."""
        return self.total_groups[0].totals[:-1]

    @property
    def at_risk(self) -> MatrixTotal:
        """The total of all cells marked as at risk, in the stocktake or not."""
        return self.total_groups[-1].totals[-1]


def build_matrix(
    table: PlanTable, viewpoint: Viewpoint, choice: MatrixFilter
) -> Matrix:
    """Return the matrix filtered by `choice`. Its figures count the rows it shows."""
    members = [member for member in table.members if choice.has_member(member)]
    builder = _Builder.of(table, viewpoint, reads_late=choice.is_late)
    found = [
        builder.row(line, members) for line in table.lines if choice.has_line(line)
    ]
    rows = _narrowed(found, choice.cell_test(at=viewpoint.day_read))
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
        rows=rows,
        groups=_grouped(rows),
        columns=columns,
        figures=figures,
        total_groups=_total_groups([*(c.figures for c in columns), figures], viewpoint),
        since=builder.comparison.stocktake if builder.comparison else None,
        first_shown=_place_of(viewpoint.reader.delegation, members),
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
    late: Container[Key]
    # The clocks of the page as a query: what it leads to shows the same time.
    clocks: str
    # The member in the chair, whose entries are with the second reviewer.
    chair: str | None

    @classmethod
    def of(cls, table: PlanTable, viewpoint: Viewpoint, *, reads_late: bool) -> Self:
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
            viewpoint.late() if reads_late else (),
            viewpoint.clocks.query,
            viewpoint.reader.chair_at(viewpoint.reading_at),
        )

    def row(self, line: PlanLine, members: Iterable[Member]) -> MatrixRow:
        slug, code = self.table.plan.slug, line.commitment.code
        url = reverse("progress:commitment-detail", args=[slug, code])
        cells = [
            self.cell(line, member, url) if member.code in line.member_codes else None
            for member in members
        ]
        figures = count(cell.position for cell in cells if cell)
        return MatrixRow(line, f"{url}{self.clocks}", cells, figures)

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
                is_with_second_reviewer=in_progress.state == State.SUBMITTED
                and member.code == self.chair,
            )
        # The address of `member-commitment-detail`, without a search for each cell.
        url = f"{commitment_url}{member.code}/{self.clocks}"
        is_late = key in self.late and (
            position.is_current or face.state == State.SUBMITTED
        )
        return MatrixCell(member, position, url, face, is_late)

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
    return in_language(summit.name) if published_on <= summit.ended_on else ""


def _place_of(code: str | None, members: Sequence[Member]) -> int:
    codes = [member.code for member in members]
    return codes.index(code) if code in codes else 0


def _transposed(
    rows: Sequence[MatrixRow], members: Sequence[Member]
) -> list[list[MatrixCell | None]]:
    return [[row.cells[place] for row in rows] for place in range(len(members))]


def _narrowed(
    rows: Sequence[MatrixRow], test: Callable[[MatrixCell], bool] | None
) -> list[MatrixRow]:
    """Return the rows with a cell that passes the test, and set other cells aside."""
    if test is None:
        return list(rows)
    narrowed = []
    for row in rows:
        passes = [cell is not None and test(cell) for cell in row.cells]
        if any(passes):
            cells = [
                cell if cell is None or is_shown else cell.set_aside()
                for cell, is_shown in zip(row.cells, passes, strict=True)
            ]
            narrowed.append(replace(row, cells=cells))
    return narrowed


def _grouped(rows: Iterable[MatrixRow]) -> list[MatrixGroup]:
    """Return the rows by sub-area, or by action where there are none."""
    groups: list[MatrixGroup] = []
    for (action, sub_area), found in groupby(rows, key=_heading_ids):
        is_first = not groups or groups[-1].action.pk != action
        opens_action = is_first and sub_area is not None
        groups.append(MatrixGroup(list(found), opens_action))
    return groups


def _heading_ids(row: MatrixRow) -> tuple[int, int | None]:
    return row.line.commitment.action_id, row.line.commitment.sub_area_id


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
        return [TotalGroup("", by_part)]
    by_part.append(total("at_risk", _("At risk in this stocktake"), at_risk))
    in_all.append(total("at_risk", _("At risk in all"), at_risk_in_all))
    here = _("In %(stocktake)s") % {"stocktake": stocktake.title}
    before = _("In all, with the last entries from before")
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
