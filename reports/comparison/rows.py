"""All that differs between two reports, as tables for a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from progress.positions.labels import none_label, status_label
from reports.comparison.sentences import (
    ENTRY_CHANGE_LABELS,
    part_names,
    score_or_none,
)
from reports.facts_difference import (
    ChangedEntry,
    ChangedTitle,
    ChangedValue,
    FactsDifference,
    PlaceInReport,
)
from reports.scores.difference import ChangedScore, ChangedScoreTable, ScoresDifference


@dataclass(frozen=True)
class DifferenceRow:
    """What differs at one place of the plan, before and after."""

    # The code and the short title of the commitment, or the code of a part alone.
    code: str
    title: str
    # The code and the name of the member; empty where it is about no member.
    member: str
    member_name: str
    before: str
    after: str
    # What kind of change it is, or whose; empty where the table says so.
    change: str = ""


@dataclass(frozen=True)
class DifferenceTable:
    """Changes of one kind, in the order of the plan."""

    heading: str
    rows: Sequence[DifferenceRow]
    has_members: bool = True
    has_change: bool = False
    # The heading of the column of changes, if it names something else.
    change_heading: str = ""

    @property
    def has_values(self) -> bool:
        return any(row.before or row.after for row in self.rows)


def difference_tables(
    difference: FactsDifference, *, reads_all: bool
) -> list[DifferenceTable]:
    """Return a table for each kind of change. No table is empty.

    `reads_all` is whether the reports have every published entry, amber ones too.
    """
    none = none_label(reads_all=reads_all)
    entries = [_entry_row(row, none) for row in difference.entries]
    tables = [
        DifferenceTable(_("Entries"), entries, has_change=True),
        DifferenceTable(_("Lead authorities"), [*map(_value_row, difference.leads)]),
        DifferenceTable(_("Target dates"), [*map(_value_row, difference.targets)]),
        DifferenceTable(
            _("Marks and evidence"),
            [*map(_mark_row, difference.marks)],
            has_change=True,
        ),
        DifferenceTable(
            _("Commitments"),
            [*_whole_rows(difference)],
            has_members=False,
            has_change=True,
        ),
        *_score_tables(difference.scores),
        DifferenceTable(
            _("Titles"), [*map(_title_row, difference.titles)], has_members=False
        ),
        DifferenceTable(
            _("Other parts"),
            [_part_row(name) for name in part_names(difference.parts)],
            has_members=False,
            has_change=True,
        ),
    ]
    return [table for table in tables if table.rows]


def _score_tables(difference: ScoresDifference) -> Iterator[DifferenceTable]:
    yield DifferenceTable(
        _("Score tables"),
        [*map(_score_table_row, difference.tables)],
        has_members=False,
    )
    yield DifferenceTable(
        _("Scores"),
        [*map(_score_row, difference.scores)],
        has_change=True,
        change_heading=_("Assessing body"),
    )


def _row(
    place: PlaceInReport, before: str, after: str, change: str = ""
) -> DifferenceRow:
    return DifferenceRow(
        place.commitment,
        place.short_title,
        place.member,
        place.member_name,
        before,
        after,
        change,
    )


def _entry_row(row: ChangedEntry, none: str) -> DifferenceRow:
    before, after = (
        status_label(status) if status else none for status in (row.before, row.after)
    )
    return _row(row.place, before, after, str(ENTRY_CHANGE_LABELS[row.change]))


def _value_row(row: ChangedValue) -> DifferenceRow:
    return _row(row.place, row.before or _("None"), row.after or _("None"))


def _mark_row(place: PlaceInReport) -> DifferenceRow:
    return _row(place, "", "", _("Late, at risk, overdue, or its evidence"))


def _whole_rows(difference: FactsDifference) -> Iterator[DifferenceRow]:
    for names, change in (
        (difference.added, _("Only in this report")),
        (difference.removed, _("Only in the earlier report")),
    ):
        for name in names:
            code, _space, title = name.partition(" ")
            yield DifferenceRow(code, title, "", "", "", "", change)


def _score_table_row(row: ChangedScoreTable) -> DifferenceRow:
    sides = row.before or _("None"), row.after or _("None")
    return DifferenceRow("", row.body, "", "", *sides)


def _score_row(row: ChangedScore) -> DifferenceRow:
    return DifferenceRow(
        row.commitment,
        row.short_title,
        row.member,
        row.member_name,
        score_or_none(row.before),
        score_or_none(row.after),
        row.body,
    )


def _title_row(row: ChangedTitle) -> DifferenceRow:
    return DifferenceRow(row.code, "", "", "", row.before, row.after)


def _part_row(name: str) -> DifferenceRow:
    return DifferenceRow("", name, "", "", "", "", _("Differs"))
