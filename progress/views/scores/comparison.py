"""Two bodies' scores of the same commitments, side by side."""

from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.scores import ComparisonForm
from progress.models import AssessmentTable
from progress.positions.scores.comparison import BodyComparison
from progress.positions.scores.downloads import comparison_file
from progress.positions.scores.grid import pair_grid
from progress.positions.scores.reading import readings_of
from progress.views.chips import address_with
from progress.views.scores.files import send_scores
from progress.views.scores.opening import OpenedScores, open_scores


@require_safe
def score_comparison(request: UserRequest, slug: str, body: str) -> HttpResponseBase:
    """Show two bodies' scores of one stocktake, or send them as a file."""
    opened = open_scores(request, slug, body, ComparisonForm)
    context: dict[str, Any] = {}
    other = _other(opened)
    if other is not None and opened.shown is not None:
        tables = [opened.shown, other]
        first, second = readings_of(
            tables, opened.table, reader=request.user, at=request.at
        )
        comparison = BodyComparison(first, second)
        make = partial(comparison_file, comparison)
        sent = send_scores(opened, "comparison", make, other=other)
        if sent is not None:
            return sent
        rows = pair_grid(comparison, kept=opened.kept)
        context = {"comparison": comparison, "other": other, "rows": rows}
    template = "progress/score_figures/comparison.html"
    bodies = _bodies(opened, other)
    return opened.render(template, here=_("Other bodies"), bodies=bodies, **context)


def _other(opened: OpenedScores[ComparisonForm]) -> AssessmentTable | None:
    """Return the table to compare with. None, and an error, for an unknown body."""
    if not opened.form.is_valid():
        return None
    asked, others = opened.form.asked_body, opened.others
    found = next((each for each in others if asked in {"", each.body_id}), None)
    if found is None and asked:
        opened.form.refuse_body()
    return found


def _bodies(
    opened: OpenedScores[ComparisonForm], other: AssessmentTable | None
) -> list[dict[str, object]]:
    """Return the bodies that scored the same stocktake, as links."""
    return [
        {
            "label": each.body.name,
            "url": address_with(opened.request.GET, {"with": [each.body_id]}),
            "is_current": each == other,
        }
        for each in opened.others
    ]
