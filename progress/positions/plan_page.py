"""The page of a plan: its official wording, with the marks of its commitments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from commitments.models import Clause, Plan
from progress.models import Stocktake
from progress.positions.charts.chart import Chart
from progress.positions.charts.reading import read_status_mix
from progress.positions.figures import Figures
from progress.positions.plan_table import PlanTable, newest_plans
from progress.positions.reading import (
    PlanReading,
    ReadClause,
    ReadingAction,
    ReadingRow,
    by_action,
)
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class PlanWording:
    """What a plan says besides its commitments, and the clauses of these."""

    preamble: str
    source_sha256: str
    clauses: Mapping[int, Sequence[ReadClause]]

    @property
    def preamble_paragraphs(self) -> list[str]:
        return [each for each in self.preamble.split("\n\n") if each.strip()]


@dataclass(frozen=True)
class ReadPlan:
    """The plan in its own order. Positions are left out where none are shown."""

    actions: Sequence[ReadingAction]
    figures: Figures | None
    # The status mix of each action.
    chart: Chart | None
    # The stocktake whose close the arrows compare with.
    since: Stocktake | None


def listed_plans() -> QuerySet[Plan]:
    """Return the plans that have commitments, the newest first. One query."""
    counted = newest_plans().annotate(
        commitment_count=Count("commitments", distinct=True),
        action_count=Count("actions", distinct=True),
    )
    shown = counted.filter(commitment_count__gt=0).select_related("summit")
    return shown.defer("preamble", "source_text")


def plan_wording(plan: Plan) -> PlanWording:
    """Return the plan's preamble, the hash of its source and its clauses. One query."""
    of = Clause.objects.filter(commitment__plan=OuterRef("pk"))
    clause = JSONObject(commitment="commitment", letter="letter", text="text")
    row: Any = (
        Plan.objects.filter(pk=plan.pk)
        .annotate(
            clauses=ArraySubquery(
                of.order_by("commitment", "letter").values(row=clause)
            )
        )
        .values_list("preamble", "source_sha256", "clauses")
        .get()
    )
    preamble, source_sha256, clauses = row
    found: dict[int, list[ReadClause]] = {}
    for each in clauses:
        read = ReadClause(each["letter"], each["text"])
        found.setdefault(each["commitment"], []).append(read)
    return PlanWording(preamble, source_sha256, found)


def build_plan(
    table: PlanTable, wording: PlanWording, viewpoint: Viewpoint | None
) -> ReadPlan:
    """Return the plan as the reader sees it; without a viewpoint its wording only.

    Three queries with a viewpoint, else none.
    """
    reading = PlanReading.of_plan(table, viewpoint) if viewpoint else None
    rows = [
        ReadingRow.of(
            table.plan,
            line,
            reading.of_line(line) if reading else (),
            wording.clauses.get(line.commitment.pk, ()),
        )
        for line in table.lines
    ]
    if reading is None:
        return ReadPlan(by_action(rows), None, None, None)
    return ReadPlan(
        by_action(rows),
        reading.figures(one for row in rows for one in row.shown),
        read_status_mix(table, reading.viewpoint, reading.positions),
        reading.since,
    )
