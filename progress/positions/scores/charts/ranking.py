"""Charts of rankings: a bar for each member or sub-area, on a scale from -1 to +1."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.wording.listed import listed
from progress.assessments.figures import ExactAverage
from progress.assessments.text import (
    average_text,
    mean_label,
    percentage_text,
    rank_text,
    score_text,
)
from progress.positions.charts.chart import Chart, LabelledBar, drawn
from progress.positions.scores.drawings import ScaleLabels, average_bar, scale_bar
from progress.positions.scores.reading import RankedFigure, ScoreReading


@dataclass(frozen=True)
class AverageBar:
    """A bar from zero to an average."""

    label: str
    average: Fraction | None
    number: str

    @property
    def svg(self) -> str:
        return average_bar(self.average, self.number)

    @property
    def drawing(self) -> SafeString:
        return drawn(self.svg)


@dataclass(frozen=True)
class ScaleOfBars:
    """The scale below the bars."""

    label: str = ""

    @property
    def svg(self) -> str:
        return scale_bar(scale_labels())

    @property
    def drawing(self) -> SafeString:
        return drawn(self.svg)


class RankingText(NamedTuple):
    """What a ranking is called, and what its rows are."""

    slug: str
    title: str
    heading: str


def scale_labels() -> ScaleLabels:
    """Return the scale as it is printed."""
    return ScaleLabels(score_text("-1"), score_text("0"), score_text("1"))


def member_ranking_chart(reading: ScoreReading, *, address: str) -> Chart:
    """Return the averages of the members, the highest first, and the overall mean.

    `address` is that of the page: its own files have the same numbers.
    """
    text = RankingText("ranking", _("Ranking of members"), _("Member"))
    return _ranking(reading, reading.ranked_members(), text, address)


def area_ranking_chart(reading: ScoreReading, *, address: str) -> Chart:
    """Return the averages of the sub-areas, the highest first, and the overall mean."""
    text = RankingText("ranking-areas", _("Ranking of sub-areas"), _("Sub-area"))
    return _ranking(reading, reading.ranked_areas(), text, address)


def _ranking(
    reading: ScoreReading,
    ranked: Sequence[RankedFigure],
    text: RankingText,
    address: str,
) -> Chart:
    bars: list[LabelledBar] = [
        AverageBar(_ranked_name(one), one.figure.exact, average_text(one.figure))
        for one in ranked
    ]
    figures = reading.figures
    overall = figures.means["cells"] if figures else ExactAverage(None)
    number = average_text(overall)
    bars += [AverageBar(mean_label("cells"), overall.exact, number), ScaleOfBars()]
    counted = [_("Average"), _("Percentage"), _("Scores counted")]
    return Chart(
        slug=text.slug,
        title=text.title,
        finding=_finding(ranked, overall),
        key=(),
        headings=[text.heading, _("Rank"), *counted],
        rows=[ranking_row(one) for one in ranked],
        address=address,
        bars=bars,
    )


def ranking_row(one: RankedFigure) -> list[str | int]:
    """Return the name, the rank, the average, the percentage and what is counted."""
    return [
        one.name,
        rank_text(one.figure.rank),
        average_text(one.figure),
        percentage_text(one.figure),
        one.figure.scored,
    ]


def _ranked_name(one: RankedFigure) -> str:
    """Return the rank and the name. A second number beside it would be the code."""
    name = one.name.removeprefix(f"{one.code} ")
    if one.figure.rank is None:
        return name
    return _("%(rank)s. %(name)s") % {"rank": one.figure.rank, "name": name}


def _finding(ranked: Sequence[RankedFigure], overall: ExactAverage) -> str:
    """Return who is first and who is last, and the overall mean."""
    known = [one for one in ranked if one.figure.rank is not None]
    if not known:
        return _("There are no scores to rank.")
    last = known[-1].figure.rank
    sentences = [_extreme(_("Highest average"), known, 1)]
    if last != 1:
        sentences.append(_extreme(_("Lowest average"), known, last))
    known_mean = {"mean": mean_label("cells"), "average": average_text(overall)}
    sentences.append(_("%(mean)s: %(average)s.") % known_mean)
    return listed(sentences, " ")


def _extreme(label: str, known: Sequence[RankedFigure], rank: int | None) -> str:
    """Return a sentence on those that share a rank."""
    those = [one for one in known if one.figure.rank == rank]
    return _("%(label)s: %(names)s, %(average)s.") % {
        "label": label,
        "names": listed(one.name for one in those),
        "average": average_text(those[0].figure),
    }
