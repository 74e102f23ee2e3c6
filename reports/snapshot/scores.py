"""The scores that a report prints: the tables in force that its audience may read."""

from collections.abc import Iterator, Sequence
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, members_in_order
from accounts.wording.names import name_order
from progress.assessments.arithmetic import ScoreValue
from progress.assessments.differences import NO_REPORT, difference_of
from progress.assessments.figures import (
    MEAN_NAMES,
    ExactAverage,
    ScoredLine,
    ScoreFigure,
    TableFigures,
    figures_of,
)
from progress.assessments.text import (
    average_text,
    mean_explanation,
    mean_label,
    percentage_text,
    rank_text,
)
from progress.models import Assessment, AssessmentTable, Handling
from reports.kinds import KIND_RULES, Kind
from reports.models import Report
from reports.scores.labels import score_labels
from reports.scores.schema import (
    AverageText,
    OverallMeanText,
    ScoredCommitment,
    ScoredFigure,
    ScoreDifference,
    ScoresPart,
    ScoreTablePart,
)
from reports.snapshot.figures import PrintedCell
from reports.snapshot.moments import instant, iso
from reports.snapshot.plan import name_of
from reports.snapshot_schema import ActionRow, CommitmentRow


def scores_part(
    report: Report, actions: Sequence[ActionRow], printed: Sequence[PrintedCell]
) -> ScoresPart | None:
    """Return the chapter on scores, or None without a table that the audience reads.

    One query, and two more if there are tables.
    """
    tables = _tables_of(report)
    if not tables:
        return None
    members = members_in_order(Member.objects.all())
    lines = [*_lines(actions)]
    cells = _cells_of(tables)
    return {
        "labels": score_labels(),
        "tables": [
            _ScorePrinter(table, members, lines, cells[table.pk]).part(printed)
            for table in tables
        ],
    }


def _tables_of(report: Report) -> list[AssessmentTable]:
    """Return the tables of the report's stocktake as they were known, by body."""
    has_scores = KIND_RULES[cast("Kind", report.kind)].has_scores
    if report.stocktake is None or not has_scores:
        return []
    tables = AssessmentTable.objects.as_known_at(report.known_at).filter(
        stocktake=report.stocktake, handling__in=Handling.up_to(report.audience)
    )
    return sorted(
        tables.select_related("body", "stocktake"),
        key=lambda table: (*name_order(table.body.name), table.body_id),
    )


class _TableCells(dict[tuple[str, str], ScoreValue]):
    """The cells of a table, and the guidelines of their scores."""

    def __init__(self) -> None:
        super().__init__()
        self.guidelines: set[UUID] = set()


def _cells_of(tables: Sequence[AssessmentTable]) -> dict[UUID, _TableCells]:
    found = {table.pk: _TableCells() for table in tables}
    rows = Assessment.objects.filter(table__in=found).values_list(
        "table",
        "member_commitment__commitment__code",
        "member_commitment__member",
        "score",
        "guideline",
    )
    for table, code, member, score, guideline in rows:
        found[table][code, member] = cast("ScoreValue", score)
        if guideline is not None:
            found[table].guidelines.add(guideline)
    return found


def _lines(
    actions: Sequence[ActionRow],
) -> Iterator[tuple[ScoredLine, CommitmentRow, str]]:
    """Yield each commitment by its codes, its row, and the name of its area."""
    for action in actions:
        for area in action["sub_areas"]:
            place = area if area["code"] else action
            for row in area["commitments"]:
                line = ScoredLine(row["code"], action["code"], area["code"])
                yield line, row, f"{place['code']} {place['title']}"


class _ScorePrinter:
    """Writes one table, with the figures of all its cells."""

    def __init__(
        self,
        table: AssessmentTable,
        members: Sequence[Member],
        lines: Sequence[tuple[ScoredLine, CommitmentRow, str]],
        cells: _TableCells,
    ) -> None:
        self.table, self.members, self.lines, self.cells = table, members, lines, cells
        self.figures: TableFigures = figures_of(
            [line for line, _row, _area in lines],
            [member.code for member in members],
            cells,
        )

    def part(self, printed: Sequence[PrintedCell]) -> ScoreTablePart:
        table = self.table
        assert table.released_at is not None  # noqa: S101 - it is released
        return {
            "id": str(table.pk),
            "code": table.body_id,
            "name": table.body.name,
            "phase": "final" if table.is_final else "interim",
            "released_at": iso(table.released_at),
            "handling": "clear" if table.handling == Handling.CLEAR else "green",
            "about": _about(table),
            "guidelines": _guidelines(len(self.cells.guidelines)),
            "members": [
                {"code": member.code, "name": name_of(member)}
                for member in self.members
            ],
            "commitments": [*self._commitments()],
            "of_members": [
                _figure(member.code, name_of(member), self.figures.members[member.code])
                for member in self.members
            ],
            "areas": [*self._areas()],
            "means": [*self._means()],
            "differences": [*self._differences(printed)],
        }

    def _commitments(self) -> Iterator[ScoredCommitment]:
        for line, row, _area in self.lines:
            code = line.commitment
            figure = self.figures.commitments[code]
            yield {
                **_figure(code, row["short_title"], figure),
                "action": line.action,
                "area": line.area,
                "cells": {
                    member.code: self.cells[code, member.code]
                    for member in self.members
                    if (code, member.code) in self.cells
                },
            }

    def _areas(self) -> Iterator[ScoredFigure]:
        names = {line.area: name for line, _row, name in self.lines}
        for code, figure in self.figures.areas.items():
            yield _figure(code, names[code], figure)

    def _means(self) -> Iterator[OverallMeanText]:
        for name in MEAN_NAMES:
            mean = self.figures.means[name]
            yield {
                **_average(mean),
                "mean": name,
                "label": mean_label(name),
                "explanation": mean_explanation(name),
                "of": mean.of,
            }

    def _differences(self, printed: Sequence[PrintedCell]) -> Iterator[ScoreDifference]:
        for cell in printed:
            code, member = cell.commitment["code"], cell.row["member"]
            status = cell.entry["status"] if cell.entry else NO_REPORT
            score = self.cells.get((code, member), "")
            if found := difference_of(status, score):
                yield {
                    "commitment": code,
                    "member": member,
                    "status": status,
                    "score": score,
                    "kind": found.kind,
                    "degree": found.degree,
                }


def _figure(code: str, name: str, figure: ScoreFigure) -> ScoredFigure:
    return {
        **_average(figure),
        "code": code,
        "name": name,
        "scored": figure.scored,
        "rank": rank_text(figure.rank),
    }


def _average(average: ExactAverage) -> AverageText:
    return {
        "exact": average.fraction,
        "average": average_text(average),
        "percentage": percentage_text(average),
    }


def _about(table: AssessmentTable) -> str:
    """Return what the table is: its phase, its release and its label."""
    said = (
        _("Final scores, released on %(instant)s for %(label)s.")
        if table.is_final
        else _("Interim scores, released on %(instant)s for %(label)s.")
    )
    assert table.released_at is not None  # noqa: S101 - it is released
    return said % {
        "instant": instant(table.released_at)["text"],
        "label": Handling(table.handling).label,
    }


def _guidelines(count: int) -> str:
    """Return how many guidelines the scores follow."""
    return ngettext(
        "They follow %(count)d guideline, which the body had published before.",
        "They follow %(count)d guidelines, which the body had published before.",
        count,
    ) % {"count": count}
