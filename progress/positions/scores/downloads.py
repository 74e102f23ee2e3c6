"""The pages of scores as tables that can be downloaded.

The file of a score table has all its figures beside its cells, so that anyone can work
them out again: `docs/check_scores.py` does. What a row is follows from its codes, in
every language: a commitment has its code in the third column, a sub-area in the second
one, an action in the first one. Rows without any code are below the table: three of the
members (averages, percentages, ranks), then the number of scores that count, then the
three overall means.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC

from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import Member
from accounts.wording.names import in_language
from progress.assessments.agreement import AGREEMENTS
from progress.assessments.figures import MEAN_NAMES, ExactAverage, ScoreFigure
from progress.assessments.text import (
    agreement_label,
    average_text,
    counting_rule,
    degree_label,
    kind_label,
    mean_label,
    percentage_text,
    rank_text,
    score_text,
)
from progress.entries.downloads import AskedFor, handling_of, marked_table
from progress.models import AssessmentTable, Handling
from progress.positions.labels import none_label, part_label
from progress.positions.plan_table import PlanLine
from progress.positions.scores.charts.over_time import point_name
from progress.positions.scores.charts.ranking import ranking_row
from progress.positions.scores.comparison import BodyComparison
from progress.positions.scores.over_time import ScoresOverTime
from progress.positions.scores.reading import RankedFigure, ScoreReading
from progress.positions.scores.self_reports import (
    ReportedScore,
    ScoresBesideReports,
)
from progress.sheets.table_files import Cell, DownloadTable, TableColumn


def facts_of(*tables: AssessmentTable) -> list[tuple[str, str]]:
    """Return what a file says about the tables of one stocktake that it is of."""
    stocktake = tables[0].stocktake
    return [
        (_("Plan"), stocktake.plan.title),
        (_("Stocktake"), stocktake.title),
        *(fact for table in tables for fact in _own_facts(table)),
        (_("How it is counted"), counting_rule()),
    ]


def _own_facts(table: AssessmentTable) -> list[tuple[str, str]]:
    at = table.released_at
    released = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""
    return [
        (_("Assessing body"), table.body.name),
        (_("Phase"), str(AssessmentTable.Phase(table.phase).label)),
        (_("Released"), released),
        (_("Score table"), str(table.pk)),
    ]


def score_table_file(reading: ScoreReading, asked: AskedFor) -> DownloadTable:
    """Return the table: commitments down, members across, with all its figures."""
    columns = [
        *_code_columns(),
        TableColumn(_("Short title"), 34),
        *(TableColumn(_named(member), 10) for member in reading.members),
    ]
    if reading.figures is not None:
        columns += [
            TableColumn(_("Average"), 10),
            TableColumn(_("Percentage"), 12),
            TableColumn(_("Rank"), 8),
            TableColumn(_("Scores counted"), 10),
        ]
    rows = [*_commitment_rows(reading), *_figure_rows(reading)]
    table = DownloadTable(_("Score table"), columns, rows, count=len(rows), frozen=4)
    return marked_table(table, reading.table.handling, asked)


def _code_columns() -> list[TableColumn]:
    return [
        TableColumn(_("Action"), 8),
        TableColumn(_("Sub-area"), 8),
        TableColumn(_("Commitment"), 12),
    ]


def _named(member: Member) -> str:
    """Return a member's name with its code, which is the same in every language."""
    name, code = in_language(member.name), member.code
    return _("%(name)s (%(code)s)") % {"name": name, "code": code}


def _codes(line: PlanLine) -> list[Cell]:
    """Return the three codes of a commitment, and its short title."""
    commitment = line.commitment
    sub_area = commitment.sub_area
    return [
        commitment.action.code,
        sub_area.code if sub_area else "",
        commitment.code,
        in_language(commitment.short_title),
    ]


def _commitment_rows(reading: ScoreReading) -> Iterable[list[Cell]]:
    for group in reading.groups:
        for row in group.rows:
            texts = [cell.text if cell else "" for cell in row.cells]
            yield [*_codes(row.line), *texts, *_figure(row.figure)]


def _figure_rows(reading: ScoreReading) -> Iterable[list[Cell]]:
    """Yield the rows of areas, actions, members and of the whole table."""
    figures = reading.figures
    if figures is None:
        return
    codes = [member.code for member in reading.members]
    for group in reading.groups:
        action, heading = group.action, group.heading
        own = "" if heading == action else heading.code
        averages = [average_text(figure) for figure in group.members]
        yield [action.code, own, "", heading.title, *averages, *_figure(group.figure)]
    for group in reading.groups:
        if group.opens_action:
            figure = _figure(figures.actions[group.action.code])
            named = [group.action.code, "", "", group.action.title]
            yield [*named, *([""] * len(codes)), *figure]
    members = [figures.members[code] for code in codes]
    nothing = [""] * 4
    yield [*nothing[:3], _("Average"), *map(average_text, members), *nothing]
    yield [*nothing[:3], _("Percentage"), *map(percentage_text, members), *nothing]
    yield [*nothing[:3], _("Rank"), *(rank_text(one.rank) for one in members), *nothing]
    yield [
        *nothing[:3],
        _("Scores counted"),
        *(one.scored for one in members),
        *nothing,
    ]
    for name in MEAN_NAMES:
        mean = figures.means[name]
        texts = [average_text(mean), percentage_text(mean), ""]
        blank = [""] * len(codes)
        yield [*nothing[:3], mean_label(name), *blank, *texts, mean.of]


def _figure(figure: ScoreFigure | None) -> list[Cell]:
    if figure is None:
        return []
    rank = rank_text(figure.rank)
    return [average_text(figure), percentage_text(figure), rank, figure.scored]


def ranking_file(
    reading: ScoreReading, ranked: Sequence[RankedFigure], asked: AskedFor, *, of: str
) -> DownloadTable:
    """Return a ranking. `of` says what its rows are: members or sub-areas."""
    columns = [
        TableColumn(of, 40),
        TableColumn(_("Rank"), 8),
        TableColumn(_("Average"), 10),
        TableColumn(_("Percentage"), 12),
        TableColumn(_("Scores counted"), 10),
    ]
    rows = [ranking_row(one) for one in ranked]
    table = DownloadTable(_("Ranking"), columns, rows, count=len(rows))
    return marked_table(table, reading.table.handling, asked)


def difference_file(
    beside: ScoresBesideReports, shown: Sequence[ReportedScore], asked: AskedFor
) -> DownloadTable:
    """Return scores beside self-reports: those of a table that a page shows.

    The file has the strictest mark of all scores and self-reports of the table: what it
    says about itself, and the chart of its page, count all of them.
    """
    columns = [
        *_code_columns(),
        TableColumn(_("Short title"), 34),
        TableColumn(_("Member code"), 8),
        TableColumn(_("Member"), 16),
        TableColumn(_("Self-report"), 20),
        TableColumn(_("Entry as of"), 12),
        TableColumn(_("Score"), 8),
        TableColumn(_("Difference"), 34),
        TableColumn(_("Degree"), 10),
    ]
    mark = _mark_of(beside)
    # A file says that there is no entry only where it may.
    reads_all = mark == Handling.AMBER
    nothing = {
        member.code: none_label(
            reads_all=reads_all and beside.viewpoint.reads_all_of(member.code)
        )
        for member in beside.reading.members
    }
    rows = [_difference_row(cell, nothing[cell.member.code]) for cell in shown]
    title, count = _("Self-reports beside scores"), len(rows)
    table = DownloadTable(title, columns, rows, count=count, frozen=4)
    return marked_table(table, mark, asked)


def _difference_row(cell: ReportedScore, nothing: str) -> list[Cell]:
    entry, difference = cell.position.entry, cell.difference
    return [
        *_codes(cell.line),
        cell.member.code,
        in_language(cell.member.name),
        part_label(cell.status, nothing),
        entry.as_of.isoformat() if entry else "",
        score_text(cell.cell.score),
        kind_label(difference.kind) if difference else "",
        degree_label(difference.degree) if difference else "",
    ]


def _mark_of(beside: ScoresBesideReports) -> str:
    """Return the strictest mark of a table and of the self-reports beside it.

    One without an entry says that nothing is released, which is for delegations.
    """
    visible = beside.viewpoint.visible.filter(pk__in=beside.entries)
    marks = {handling_of(visible), beside.reading.table.handling}
    if len(beside.entries) < len(beside.cells):
        marks.add(Handling.GREEN)
    return Handling.strictest(*filter(None, marks))


def over_time_file(scores: ScoresOverTime, asked: AskedFor) -> DownloadTable:
    """Return a row for each table: the three means, then each member's average."""
    members = scores.plan.members
    columns = [
        TableColumn(_("Table"), 34),
        TableColumn(_("Released"), 12),
        *(TableColumn(mean_label(name), 16) for name in MEAN_NAMES),
        *(TableColumn(_named(member), 10) for member in members),
    ]
    rows: list[list[Cell]] = []
    for point in scores.points:
        figures = point.figures
        averages: list[ExactAverage] = [figures.means[name] for name in MEAN_NAMES]
        averages += [figures.members[member.code] for member in members]
        day = utc_day(point.released_at).isoformat()
        rows.append([point_name(point), day, *map(average_text, averages)])
    table = DownloadTable(_("Scores over time"), columns, rows, count=len(rows))
    marks = [point.table.handling for point in scores.points]
    return marked_table(table, Handling.strictest(*marks, Handling.CLEAR), asked)


def comparison_file(comparison: BodyComparison, asked: AskedFor) -> DownloadTable:
    """Return both bodies' scores of each cell, and how they agree."""
    first, second = comparison.first.table, comparison.second.table
    columns = [
        *_code_columns(),
        TableColumn(_("Short title"), 34),
        TableColumn(_("Member code"), 8),
        TableColumn(_("Member"), 16),
        TableColumn(first.body.short_name, 16),
        TableColumn(second.body.short_name, 16),
        TableColumn(_("Agreement"), 30),
    ]
    labels = {each: agreement_label(each) for each in AGREEMENTS}
    rows: list[list[Cell]] = [
        [
            *_codes(row.line),
            member.code,
            in_language(member.name),
            pair.first.text if pair.first else "",
            pair.second.text if pair.second else "",
            labels[pair.agreement],
        ]
        for row in comparison.rows
        for member, pair in zip(comparison.members, row.pairs, strict=True)
        if pair.first or pair.second
    ]
    table = DownloadTable(
        _("Two bodies side by side"), columns, rows, count=len(rows), frozen=4
    )
    return marked_table(
        table, Handling.strictest(first.handling, second.handling), asked
    )
