"""What every public page of a plan begins with, and every page of a body's scores."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from commitments.models import Plan
from progress.models import AssessmentTable
from progress.positions.plan_table import PlanTable, plan_table
from progress.positions.scores.reading import ScoreReading
from progress.positions.scores.tables import find_table
from progress.positions.viewpoint import Viewpoint
from progress.public_reading.positions import public_viewpoint
from progress.public_reading.scores import public_tables
from progress.views.public.middleware import PublicRequest

STOCKTAKE = "stocktake"


@dataclass(frozen=True)
class PublicScores:
    """A table of scores that anyone may read, as an address asks for it."""

    request: PublicRequest
    plan_table: PlanTable
    viewpoint: Viewpoint
    # All public tables of the plan, the newest first.
    tables: list[AssessmentTable]
    shown: AssessmentTable

    @property
    def plan(self) -> Plan:
        return self.plan_table.plan

    @property
    def kept(self) -> str:
        """The stocktake as the query of an address, where this one has it."""
        asked = self.request.GET.get(STOCKTAKE, "")
        return f"?{STOCKTAKE}={self.shown.stocktake.slug}" if asked else ""

    def read(self) -> ScoreReading:
        """Return the scores of the table. One query."""
        reader, at = self.viewpoint.reader, self.viewpoint.reading_at
        return ScoreReading.of(self.shown, self.plan_table, reader=reader, at=at)

    def address(self, name: str, query: str | None = None) -> str:
        """Return a page of the table, with its stocktake or with another query."""
        start = reverse(f"public:{name}", args=[self.plan.slug, self.shown.body_id])
        return f"{start}{self.kept if query is None else query}"

    def render(self, name: str, **context: Any) -> HttpResponse:
        template = f"progress/public/scores/{name}.html"
        given = {
            "plan": self.plan,
            "shown": self.shown,
            "body": self.shown.body,
            "tabs": _tabs(self, f"score-{name}"),
            "stocktakes": _stocktakes(self),
            "scores_url": self.address("score-table", ""),
            "kept": self.kept,
            **context,
        }
        return render(self.request, template, given)


def open_public_plan(request: PublicRequest, slug: str) -> tuple[PlanTable, Viewpoint]:
    """Return a plan as the public sees it now, or raise Http404. Two queries."""
    table = plan_table(slug, on=utc_day(request.at))
    if table is None:
        raise Http404
    viewpoint = public_viewpoint(table.plan, since=request.public_since, at=request.at)
    return table, viewpoint


def open_public_scores(request: PublicRequest, slug: str, body: str) -> PublicScores:
    """Return a body's table of the stocktake asked for, or else of the newest one.

    Raises Http404 where the public may read none. Three queries.
    """
    table, viewpoint = open_public_plan(request, slug)
    tables = public_tables(viewpoint)
    asked = request.GET.get(STOCKTAKE, "")
    shown = find_table(tables, body=body, stocktake=asked)
    if shown is None:
        raise Http404
    return PublicScores(request, table, viewpoint, tables, shown)


def _tabs(scores: PublicScores, current: str) -> list[dict[str, object]]:
    pages = {"score-table": _("Score table"), "score-ranking": _("Ranking")}
    return [
        {"label": label, "url": scores.address(name), "is_current": name == current}
        for name, label in pages.items()
    ]


def _stocktakes(scores: PublicScores) -> list[dict[str, object]]:
    """Return the stocktakes that the body has scored, as links. Empty for one."""
    own = [one for one in scores.tables if one.body_id == scores.shown.body_id]
    return [
        {
            "label": one.stocktake.title,
            "url": f"?{STOCKTAKE}={one.stocktake.slug}",
            "is_current": one == scores.shown,
        }
        for one in own
        if len(own) > 1
    ]
