"""The figures of a released table, as JSON has them.

An average is a text with two decimals, as the body prints it, and beside it the exact
one as a fraction: a number of JSON could hold neither.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.dates import utc_day
from api.requests import ActorRequest
from progress.assessments.arithmetic import ScoreTally
from progress.assessments.figures import (
    MEAN_NAMES,
    ExactAverage,
    OverallMean,
    ScoreFigure,
    TableFigures,
)
from progress.models import AssessmentTable
from progress.positions.plan_table import plan_table
from progress.positions.scores.reading import ScoreReading
from progress.querysets.assessments import reads_whole_tables

# The words of JSON for a score, in the order of a legend.
SCORE_COUNTS = {
    "full_compliance": "1",
    "partial_compliance": "0",
    "no_compliance": "-1",
    "not_applicable": "not_applicable",
    "not_scored": "",
}
_COUNT_HELP = {
    "full_compliance": _("Cells with the score 1."),
    "partial_compliance": _("Cells with the score 0."),
    "no_compliance": _("Cells with the score -1."),
    "not_applicable": _("Cells to which the commitment does not apply."),
    "not_scored": _("Cells without a score."),
}


class ScoreCountsOut(serializers.Serializer[Any]):
    """The number of cells by score. The last two are in no average."""

    full_compliance = serializers.IntegerField(
        min_value=0, help_text=_COUNT_HELP["full_compliance"]
    )
    partial_compliance = serializers.IntegerField(
        min_value=0, help_text=_COUNT_HELP["partial_compliance"]
    )
    no_compliance = serializers.IntegerField(
        min_value=0, help_text=_COUNT_HELP["no_compliance"]
    )
    not_applicable = serializers.IntegerField(
        min_value=0, help_text=_COUNT_HELP["not_applicable"]
    )
    not_scored = serializers.IntegerField(
        min_value=0, help_text=_COUNT_HELP["not_scored"]
    )


class ScoreAverageOut(serializers.Serializer[Any]):
    """An average of scores from -1 to 1. All of it is null if nothing counts."""

    average = serializers.RegexField(
        r"^-?[01]\.[0-9]{2}$",
        allow_null=True,
        help_text=_("The average with two decimals, rounded half away from zero."),
    )
    numerator = serializers.IntegerField(
        allow_null=True, help_text=_("The numerator of the exact average.")
    )
    denominator = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        help_text=_("The denominator of the exact average, in lowest terms."),
    )
    percentage = serializers.IntegerField(
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text=_(
            "The exact average on a scale from 0 to 100, rounded half up to a whole"
            " number."
        ),
    )


class ScoreFigureOut(ScoreAverageOut):
    rank = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        help_text=_(
            "Its rank among its own kind, 1 for the highest exact average. Equal ones"
            " share a rank, and the next one has the next number."
        ),
    )
    counts = ScoreCountsOut(help_text=_("How many cells have which score."))


class MemberScoreOut(ScoreFigureOut):
    """The figure of one member."""

    member = serializers.CharField()


class CommitmentScoreOut(ScoreFigureOut):
    """The figure of one commitment, over all members."""

    commitment = serializers.CharField()


class AreaScoreOut(ScoreFigureOut):
    """The figure of a sub-area, or of an action without sub-areas."""

    area = serializers.CharField(
        help_text=_("Code of the sub-area, or of the action if it has none.")
    )
    members = MemberScoreOut(
        many=True, help_text=_("Each member in this area, ranked in it.")
    )


class OverallMeanOut(ScoreAverageOut):
    """One of the three overall means. They differ, so each has a name."""

    name = serializers.ChoiceField(
        [(name, name) for name in MEAN_NAMES],
        help_text=_(
            "What it is the mean of: all cells, the averages of the commitments, or the"
            " averages of the members."
        ),
    )
    of = serializers.IntegerField(
        min_value=0, help_text=_("How many cells or averages it is the mean of.")
    )


class TableFiguresOut(serializers.Serializer[Any]):
    """All figures of a released table, in the order of the plan.

    All members count, also those that are not states.
    """

    counts = ScoreCountsOut(
        help_text=_("How many cells of the table have which score.")
    )
    means = OverallMeanOut(many=True, help_text=_("The three overall means."))
    members = MemberScoreOut(many=True, help_text=_("Each member, ranked."))
    commitments = CommitmentScoreOut(many=True, help_text=_("Each commitment, ranked."))
    areas = AreaScoreOut(
        many=True,
        help_text=_("Each sub-area, and each action that has none, ranked together."),
    )


def figures_for(
    request: ActorRequest, table: AssessmentTable
) -> Mapping[str, Any] | None:
    """Return the values of `TableFiguresOut`, or None if there are none to show.

    Two queries.
    """
    if not table.is_released or not reads_whole_tables(request.user):
        return None
    plan = plan_table(table.stocktake.plan.slug, on=utc_day(request.at))
    if plan is None:
        return None
    reading = ScoreReading.of(table, plan, reader=request.user, at=request.at)
    return _all_figures(reading.figures) if reading.figures else None


def _all_figures(figures: TableFigures) -> dict[str, Any]:
    return {
        "counts": _counts(figures.cells),
        "means": [_mean(figures.means[name]) for name in MEAN_NAMES],
        "members": _members(figures.members),
        "commitments": [
            {"commitment": code, **_figure(one)}
            for code, one in figures.commitments.items()
        ],
        "areas": [
            {
                "area": code,
                **_figure(one),
                "members": _members(figures.members_in_areas[code]),
            }
            for code, one in figures.areas.items()
        ],
    }


def _members(figures: Mapping[str, ScoreFigure]) -> list[dict[str, Any]]:
    return [{"member": code, **_figure(one)} for code, one in figures.items()]


def _average(figure: ExactAverage) -> dict[str, Any]:
    exact = figure.exact
    return {
        "average": figure.decimal or None,
        "numerator": None if exact is None else exact.numerator,
        "denominator": None if exact is None else exact.denominator,
        "percentage": figure.percentage,
    }


def _figure(figure: ScoreFigure) -> dict[str, Any]:
    return {**_average(figure), "rank": figure.rank, "counts": _counts(figure.tally)}


def _mean(mean: OverallMean) -> dict[str, Any]:
    return {**_average(mean), "name": mean.name, "of": mean.of}


def _counts(tally: ScoreTally) -> dict[str, int]:
    counts: Mapping[str, int] = tally.counts  # type: ignore[assignment]  # of texts
    return {name: counts[score] for name, score in SCORE_COUNTS.items()}
