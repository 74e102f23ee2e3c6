"""What every page of a body's scores starts with: the body, the clocks and the table.

A table is in force at an instant if it was released by then and nothing had taken its
place. Scores are a body's own: no page of them shows a score without saying whose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import AssessingBody
from accounts.requests import UserRequest
from progress.forms.positions import ClockForm
from progress.forms.scores import ScoreForm
from progress.models import AssessmentTable
from progress.positions.plan_table import PlanTable, plan_table
from progress.positions.scores.reading import ScoreReading
from progress.positions.scores.tables import find_table, released_tables
from progress.positions.viewpoint import Viewpoint
from progress.views.chips import address_with
from progress.views.positions.clocks import control_of
from progress.views.positions.opening import name_member

# What a link from one page of a body's scores to another keeps.
KEPT = ("stocktake", *ClockForm.base_fields)


FormType = TypeVar("FormType", bound=ScoreForm)


@dataclass(frozen=True)
class OpenedScores(Generic[FormType]):
    """A body's scores of a plan as one reader sees them, at the clocks asked for."""

    request: UserRequest
    table: PlanTable
    viewpoint: Viewpoint
    form: FormType
    body: AssessingBody
    # All tables in force then, of this body and of others.
    in_force: Sequence[AssessmentTable]
    # The table shown: of the stocktake asked for, or else the newest.
    shown: AssessmentTable | None
    # The one that is in force now: the same, or the one that has taken its place.
    latest: AssessmentTable | None

    @property
    def newer(self) -> AssessmentTable | None:
        """The table that took the place of the one shown, if the reader sees it."""
        is_newer = self.shown and self.latest and self.shown.pk != self.latest.pk
        return self.latest if is_newer else None

    @property
    def own(self) -> list[AssessmentTable]:
        """The tables of this body that were in force then, the newest first."""
        return [each for each in self.in_force if each.body_id == self.body.pk]

    @property
    def others(self) -> list[AssessmentTable]:
        """The tables of other bodies on the same stocktake, by name."""
        stocktake = self.shown.stocktake_id if self.shown else None
        return [
            each
            for each in self.in_force
            if each.stocktake_id == stocktake and each.body_id != self.body.pk
        ]

    def read(self) -> ScoreReading | None:
        """Return the scores of the table, or None without one. One query."""
        if self.shown is None or not self.form.is_valid():
            return None
        request = self.request
        return ScoreReading.of(
            self.shown, self.table, reader=request.user, at=request.at
        )

    def address(self, name: str, *names: str) -> str:
        """Return another page of this body's scores, at the same table and clocks."""
        start = [self.table.plan.slug, self.body.pk, *names]
        return f"{reverse(f'progress:{name}', args=start)}{self.kept}"

    @property
    def first_day(self) -> date | None:
        """The first day for which the page can be asked; None for that of the plan.

        A stocktake that is asked for is not shown as it was before it opened.
        """
        known = self.shown or self.latest
        if known is None or not self.form.asked_stocktake:
            return None
        opened_at = known.stocktake.opened_at
        return utc_day(opened_at) if opened_at else None

    @property
    def page_address(self) -> str:
        """Return this page as it was asked for. Its files are there too."""
        query = address_with(self.request.GET, {})
        return self.request.path if query == "?" else f"{self.request.path}{query}"

    @property
    def kept(self) -> str:
        """The table and the clocks as the query of an address."""
        asked = self.request.GET
        other = [name for name in asked if name not in KEPT]
        query = address_with(asked, dict.fromkeys(other, ()))
        return "" if query == "?" else query

    def render(
        self, template: str, *, first_day: date | None = None, **context: Any
    ) -> HttpResponse:
        """Show the page. Its status tells whether the address could be read.

        `first_day` is the first day that this page can show, if it has its own.
        """
        since = first_day or self.first_day
        control = control_of(self.request, self.viewpoint, self.form, since=since)
        given = {**self._shared(), "clock_control": control, **context}
        status = 200 if given["form"].is_valid() else 400
        return render(self.request, template, given, status=status)

    def _shared(self) -> dict[str, Any]:
        """Return what the templates of all these pages get."""
        scores_url = reverse(
            "progress:score-table", args=[self.table.plan.slug, self.body.pk]
        )
        name = f"progress:{self.request.resolver_match.url_name}"  # type: ignore[union-attr]  # it has matched
        return {
            "table": self.table,
            "plan": self.table.plan,
            "viewpoint": self.viewpoint,
            "form": self.form,
            "body": self.body,
            "shown": self.shown,
            "newer": self.newer,
            "stocktakes": _stocktakes(self),
            "tabs": _tabs(self, name),
            "table_url": f"{scores_url}{self.kept}",
            "scores_url": scores_url,
            "kept": self.kept,
        }


def open_scores(
    request: UserRequest,
    slug: str,
    body: str,
    form_class: type[FormType],
) -> OpenedScores[FormType]:
    """Return a body's scores with the table to show. At most four queries.

    Raises Http404 where the reader sees no table of this body on the plan.
    """
    opened = open_body(request, slug, body, form_class)
    if opened.shown is None and opened.latest is None:
        raise Http404
    return opened


def open_body(
    request: UserRequest,
    slug: str,
    body: str,
    form_class: type[FormType],
) -> OpenedScores[FormType]:
    """Return the same, also where the reader sees no table. At most five queries.

    Raises Http404 where there is no such plan or body.
    """
    table, viewpoint = _open_plan(request, slug)
    form = form_class(request.GET, now=request.at, table=table)
    in_force = _tables(viewpoint)
    now = in_force if viewpoint.clocks.is_now else _tables(viewpoint, is_now=True)
    stocktake = form.asked_stocktake
    shown = find_table(in_force, body=body, stocktake=stocktake)
    latest = find_table(
        now, body=body, stocktake=shown.stocktake.slug if shown else stocktake
    )
    known = shown or latest
    if known and stocktake:
        form.is_valid_in(known.stocktake)
    found = known.body if known else get_object_or_404(AssessingBody, pk=body)
    return OpenedScores(request, table, viewpoint, form, found, in_force, shown, latest)


def _open_plan(request: UserRequest, slug: str) -> tuple[PlanTable, Viewpoint]:
    clocks = ClockForm(request.GET, now=request.at).clocks()
    table = plan_table(slug, on=clocks.at)
    if table is None:
        raise Http404
    name_member(request.user, table)
    reader, at = request.user, request.at
    return table, Viewpoint.of(reader, at, plan=table.plan, clocks=clocks)


def _tables(viewpoint: Viewpoint, *, is_now: bool = False) -> list[AssessmentTable]:
    return released_tables(
        viewpoint.reader,
        viewpoint.reading_at,
        known_at=viewpoint.reading_at if is_now else viewpoint.clocks.known_at,
        plan=viewpoint.plan,
    )


def _stocktakes(opened: OpenedScores[Any]) -> list[dict[str, object]]:
    """Return the stocktakes that the body has scored, as links. Empty for one."""
    return [
        {
            "label": each.stocktake.title,
            "url": address_with(
                opened.request.GET, {"stocktake": [each.stocktake.slug]}
            ),
            "is_current": each == opened.shown,
        }
        for each in opened.own
        if len(opened.own) > 1
    ]


def _tabs(opened: OpenedScores[Any], current: str) -> list[dict[str, object]]:
    pages = {
        "score-table": _("Score table"),
        "score-ranking": _("Ranking"),
        "score-differences": _("Beside self-reports"),
        "score-over-time": _("Over time"),
        **({"score-comparison": _("Other bodies")} if opened.others else {}),
        "score-guidelines": _("Guidelines"),
    }
    return [
        {
            "label": label,
            "url": opened.address(name),
            "is_current": f"progress:{name}" == current,
        }
        for name, label in pages.items()
    ]
