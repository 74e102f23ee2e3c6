"""The chart of a body's scores over time: a dot for each released table."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.day_sentences import day_as
from accounts.wording.listed import listed
from progress.assessments.figures import MEAN_NAMES, ExactAverage
from progress.assessments.text import average_text, mean_label
from progress.models import AssessmentTable
from progress.positions.charts.chart import Chart
from progress.positions.charts.over_time import MONTH
from progress.positions.scores.charts.ranking import scale_labels
from progress.positions.scores.drawings import PlottedDot, dots
from progress.positions.scores.over_time import ScorePoint, ScoresOverTime

SLUG: Final = "over-time"
# How the dots of each phase are drawn.
PHASES_DRAWN: Final = (
    ("published", AssessmentTable.Phase.FINAL),
    ("missing", AssessmentTable.Phase.INTERIM),
)


def over_time_chart(scores: ScoresOverTime, *, address: str, member: str = "") -> Chart:
    """Return the overall mean of each table, or a member's average beside it."""
    name = scores.name_of(member)
    shown = _shown(scores, member if name else "")
    phases = {point.table.phase for point in scores.points}
    means = [mean_label(each) for each in MEAN_NAMES]
    return Chart(
        slug=SLUG,
        title=_("Scores over time"),
        finding=_finding(scores.points, shown, name),
        key=[(part, str(each.label)) for part, each in PHASES_DRAWN if each in phases],
        headings=[_("Table"), _("Released"), *([name] if name else []), *means],
        rows=[
            [
                point_name(point),
                day_as(utc_day(point.released_at)),
                *([average_text(average)] if name else []),
                *(average_text(point.figures.means[each]) for each in MEAN_NAMES),
            ]
            for point, average in zip(scores.points, shown, strict=True)
        ],
        address=address,
        note=_note(name) if name else "",
        drawn_plot=_plot(scores, shown, has_means=bool(name)),
    )


def point_name(point: ScorePoint) -> str:
    """Return the stocktake and the phase of a table."""
    phase = str(AssessmentTable.Phase(point.table.phase).label)
    return listed([point.table.stocktake.title, phase])


def _shown(scores: ScoresOverTime, member: str) -> list[ExactAverage]:
    """Return the average of a member in each table, or the mean of all its cells."""
    return [
        point.figures.members[member] if member else point.figures.means["cells"]
        for point in scores.points
    ]


def _plot(
    scores: ScoresOverTime, shown: Sequence[ExactAverage], *, has_means: bool
) -> str:
    plotted = [
        PlottedDot(
            average.exact,
            average_text(average),
            day_as(utc_day(point.released_at), MONTH),
            is_hollow=not point.is_final,
        )
        for point, average in zip(scores.points, shown, strict=True)
    ]
    means = [point.figures.means["cells"].exact for point in scores.points]
    return dots(
        plotted,
        scale_labels(),
        described_by=f"chart-{SLUG}-finding",
        beside=means if has_means else (),
    )


def _note(name: str) -> str:
    return _(
        "Squares: the average of %(member)s. Round dots: the mean of all scored cells."
    ) % {"member": name}


def _finding(
    points: Sequence[ScorePoint], shown: Sequence[ExactAverage], name: str
) -> str:
    """Return the last average in a sentence, and the one before it."""
    if not points:
        return _("No score table has been released yet.")
    label = _("Average of %(member)s") % {"member": name} if name else ""
    known = [
        _("%(mean)s in %(table)s: %(average)s.")
        % {
            "mean": label or mean_label("cells"),
            "table": point_name(point),
            "average": average_text(average),
        }
        for point, average in zip(points, shown, strict=True)
    ]
    return listed(reversed(known[-2:]), " ")
