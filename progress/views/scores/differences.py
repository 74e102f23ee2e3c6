"""Self-reports beside a body's scores, with the differences picked out."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.assessments.differences import DEGREES
from progress.forms.scores import BY_DEGREE, BY_MEMBER, DifferencesForm
from progress.positions.scores.charts.differences import difference_chart
from progress.positions.scores.downloads import difference_file
from progress.positions.scores.reading import ScoreReading
from progress.positions.scores.self_reports import (
    ReportedScore,
    ScoresBesideReports,
    beside_reports,
    viewpoint_of,
)
from progress.positions.viewpoint import Viewpoint
from progress.views.chips import filter_chips
from progress.views.scores.files import send_scores
from progress.views.scores.opening import OpenedScores, open_scores

# So many rows are a page of less than 100 kB.
PAGE_SIZE = 80


@require_safe
def score_differences(request: UserRequest, slug: str, body: str) -> HttpResponseBase:
    """Show scores beside self-reports with their figure, or send them as a file."""
    opened = open_scores(request, slug, body, DifferencesForm)
    context: dict[str, Any] = {}
    if (reading := opened.read()) is not None:
        viewpoint = _viewpoint(opened, reading)
        beside = beside_reports(reading, viewpoint)
        shown = _shown(opened.form, beside)
        chart = difference_chart(beside, address=opened.page_address)
        make = partial(difference_file, beside, shown)
        if (sent := send_scores(opened, "differences", make, chart)) is not None:
            return sent
        names = ("show", "order", "member")
        context = {
            "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
            "chart": chart,
            "counts": beside.counts(),
            "reports": viewpoint,
            "filters": filter_chips(opened.form, request.GET, names=names),
        }
    template = "progress/score_figures/differences.html"
    return opened.render(template, here=_("Beside self-reports"), **context)


def _viewpoint(
    opened: OpenedScores[DifferencesForm], reading: ScoreReading
) -> Viewpoint:
    return viewpoint_of(
        reading.table.stocktake,
        reader=opened.request.user,
        at=opened.request.at,
        known_at=opened.viewpoint.clocks.known_at,
    )


def _shown(
    form: DifferencesForm, beside: ScoresBesideReports
) -> Sequence[ReportedScore]:
    """Return what the filters leave, in the order asked for."""
    cells = beside.cells if form.shows_all else beside.differing
    shown = [cell for cell in cells if form.asked_member in {"", cell.member.code}]
    if form.asked_order == BY_MEMBER:
        members = [member.code for member in beside.reading.members]
        return sorted(shown, key=lambda cell: members.index(cell.member.code))
    if form.asked_order == BY_DEGREE:
        return sorted(shown, key=_degree)
    return shown


def _degree(cell: ReportedScore) -> int:
    """Return the place of a cell: strong differences first, none last."""
    found = cell.difference
    return DEGREES.index(found.degree) if found else len(DEGREES)
