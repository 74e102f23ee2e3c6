"""A body's averages through its stocktakes and phases."""

from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.assessments.figures import MEAN_NAMES
from progress.forms.scores import ScoresOfMemberForm
from progress.positions.scores.charts.over_time import over_time_chart
from progress.positions.scores.downloads import over_time_file
from progress.positions.scores.over_time import ScoresOverTime, read_over_time
from progress.views.scores.files import send_scores
from progress.views.scores.opening import OpenedScores, open_scores


@require_safe
def score_over_time(request: UserRequest, slug: str, body: str) -> HttpResponseBase:
    """Show the averages of each table with their figure, or send them as a file."""
    opened = open_scores(request, slug, body, ScoresOfMemberForm)
    context: dict[str, Any] = {}
    if opened.form.is_valid():
        scores = _read(opened)
        chart = over_time_chart(
            scores, address=opened.page_address, member=opened.form.asked_member
        )
        make = partial(over_time_file, scores)
        if (sent := send_scores(opened, "over-time", make, chart)) is not None:
            return sent
        context = {"scores": scores, "chart": chart, "rows": _rows(scores)}
    template = "progress/score_figures/over_time.html"
    return opened.render(template, here=_("Over time"), **context)


def _read(opened: OpenedScores[ScoresOfMemberForm]) -> ScoresOverTime:
    request = opened.request
    return read_over_time(
        opened.table,
        body=opened.body.pk,
        reader=request.user,
        at=request.at,
        known_at=opened.viewpoint.clocks.known_at,
    )


def _rows(scores: ScoresOverTime) -> dict[str, list[Any]]:
    """Return the figures of each member and each mean, in the order of the tables."""
    points = [point.figures for point in scores.points]
    return {
        "members": [
            (member, [figures.members[member.code] for figures in points])
            for member in scores.plan.members
        ],
        "means": [
            (name, [figures.means[name] for figures in points]) for name in MEAN_NAMES
        ],
    }
