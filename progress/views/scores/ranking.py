"""The members or the sub-areas of a score table by rank."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.scores import BY_AREA, RankingForm
from progress.positions.charts.chart import Chart
from progress.positions.scores.charts.ranking import (
    area_ranking_chart,
    member_ranking_chart,
)
from progress.positions.scores.downloads import ranking_file
from progress.positions.scores.parts import part_of
from progress.positions.scores.reading import RankedFigure, ScoreReading
from progress.views.chips import address_with
from progress.views.scores.files import send_scores
from progress.views.scores.opening import OpenedScores, open_scores


@require_safe
def score_ranking(request: UserRequest, slug: str, body: str) -> HttpResponseBase:
    """Show a ranking with its figure, or send it as a file."""
    opened = open_scores(request, slug, body, RankingForm)
    context: dict[str, Any] = {}
    if (reading := opened.read()) is not None:
        ranked, chart = _ranking(opened, reading)
        of = _("Sub-area") if opened.form.is_by_area else _("Member")
        make = partial(ranking_file, reading, ranked, of=of)
        if (sent := send_scores(opened, "ranking", make, chart)) is not None:
            return sent
        context = {"ranked": ranked, "chart": chart, "of": of}
    template = "progress/score_figures/ranking.html"
    views = _views(opened)
    return opened.render(template, here=_("Ranking"), views=views, **context)


def _ranking(
    opened: OpenedScores[RankingForm], reading: ScoreReading
) -> tuple[list[RankedFigure], Chart]:
    form, address = opened.form, opened.page_address
    if form.is_by_area:
        return reading.ranked_areas(), area_ranking_chart(reading, address=address)
    part = part_of(reading, form.asked_area)
    chart = member_ranking_chart(part, address=address)
    return part.ranked_members(), replace(chart, note=form.asked_part)


def _views(opened: OpenedScores[RankingForm]) -> list[dict[str, object]]:
    """Return what can be ranked, as links."""
    is_by_area = opened.form.is_valid() and opened.form.is_by_area
    query = opened.request.GET
    return [
        {
            "label": _("Members"),
            "url": address_with(query, {"by": []}),
            "is_current": not is_by_area,
        },
        {
            "label": _("Sub-areas"),
            "url": address_with(query, {"by": [BY_AREA], "area": []}),
            "is_current": is_by_area,
        },
    ]
