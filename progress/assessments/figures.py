"""The figures of one released table of scores. Plain Python.

Pages, charts, downloads, reports and the API take every average, percentage and rank of
scores from here. All figures belong to one table of one assessing body. They never mix
with the figures of self-reports in `progress.positions.figures`.

The three overall means differ, so each has a name: the mean of all scored cells, the
mean of the commitments' averages, and the mean of the members' averages. The average of
a sub-area or an action is the mean of its scored cells. All members count, also those
that are not states.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from progress.assessments.arithmetic import (
    ScoreTally,
    dense_ranks,
    hundredths,
    mean,
    percentage,
    tally,
)

# Which mean an overall figure is.
MeanName = Literal["cells", "commitments", "members"]
MEAN_NAMES: Final[tuple[MeanName, ...]] = ("cells", "commitments", "members")

# The code of a commitment, and that of a member.
ScoreKey = tuple[str, str]
Scores = Mapping[ScoreKey, str]


class ScoredLine(NamedTuple):
    """A commitment of the table, by its codes."""

    commitment: str
    action: str
    # Empty where the action has no sub-areas.
    sub_area: str = ""

    @property
    def area(self) -> str:
        """The code of its sub-area, or of its action where there is none."""
        return self.sub_area or self.action


@dataclass(frozen=True)
class ExactAverage:
    """An average as it is, and as it is printed. Everything is None without scores."""

    exact: Fraction | None

    @property
    def hundredths(self) -> int | None:
        """The average with two decimals, as a whole number of hundredths."""
        return None if self.exact is None else hundredths(self.exact)

    @property
    def decimal(self) -> str:
        """The average with two decimals for machines: `-0.63`. Empty without one."""
        if self.hundredths is None:
            return ""
        whole, rest = divmod(abs(self.hundredths), 100)
        return f"{'-' if self.hundredths < 0 else ''}{whole}.{rest:02}"

    @property
    def fraction(self) -> str:
        """The exact average for machines: `-5/8`. Empty without one."""
        if self.exact is None:
            return ""
        return f"{self.exact.numerator}/{self.exact.denominator}"

    @property
    def percentage(self) -> int | None:
        return None if self.exact is None else percentage(self.exact)


@dataclass(frozen=True)
class OverallMean(ExactAverage):
    """One of the three overall means, and how many cells or averages it is of."""

    name: MeanName
    of: int


@dataclass(frozen=True)
class ScoreFigure(ExactAverage):
    """The average of a member, a commitment or an area, with what it counts."""

    tally: ScoreTally
    # Among its own kind; None without an average, or where nothing is ranked.
    rank: int | None = None

    @property
    def scored(self) -> int:
        """The cells that count in the average."""
        return self.tally.scored


@dataclass(frozen=True)
class TableFigures:
    """All figures of a released table. Everything is in the order of the plan."""

    members: Mapping[str, ScoreFigure]
    commitments: Mapping[str, ScoreFigure]
    # By the code of a sub-area, or of an action that has none.
    areas: Mapping[str, ScoreFigure]
    # Without ranks: an action is not compared with the areas of another.
    actions: Mapping[str, ScoreFigure]
    # The members in each area, ranked in it.
    members_in_areas: Mapping[str, Mapping[str, ScoreFigure]]
    # All cells, and the three means of them.
    cells: ScoreTally
    means: Mapping[MeanName, OverallMean]


def figures_of(
    lines: Sequence[ScoredLine], members: Sequence[str], scores: Scores
) -> TableFigures:
    """Return all figures of a table.

    The order of the lines and of the members is that of the answer, and changes nothing
    else. The order of the scores changes nothing. A key that `scores` does not have is
    no cell: the commitment does not bind that member.
    """
    cells = [
        _Cell(line, member, scores[line.commitment, member])
        for line in lines
        for member in members
        if (line.commitment, member) in scores
    ]
    areas = list(dict.fromkeys(line.area for line in lines))
    actions = list(dict.fromkeys(line.action for line in lines))
    codes = [line.commitment for line in lines]
    by_commitment = _figures(codes, cells, lambda cell: cell.line.commitment)
    by_member = _figures(members, cells, _member_of)
    everything = tally(cell.score for cell in cells)
    return TableFigures(
        members=by_member,
        commitments=by_commitment,
        areas=_figures(areas, cells, lambda cell: cell.line.area),
        actions=_figures(actions, cells, _action_of, is_ranked=False),
        members_in_areas={
            area: _figures(
                members, [cell for cell in cells if cell.line.area == area], _member_of
            )
            for area in areas
        },
        cells=everything,
        means={
            "cells": OverallMean(everything.average, "cells", everything.scored),
            "commitments": _mean_of("commitments", by_commitment),
            "members": _mean_of("members", by_member),
        },
    )


class _Cell(NamedTuple):
    line: ScoredLine
    member: str
    score: str


def _action_of(cell: _Cell) -> str:
    return cell.line.action


def _member_of(cell: _Cell) -> str:
    return cell.member


def _figures(
    names: Sequence[str],
    cells: Sequence[_Cell],
    name_of: Callable[[_Cell], str],
    *,
    is_ranked: bool = True,
) -> dict[str, ScoreFigure]:
    """Return the figure of each name, from the cells that have it."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for cell in cells:
        found[name_of(cell)].append(cell.score)
    tallies = {name: tally(scores) for name, scores in found.items()}
    averages = {name: each.average for name, each in tallies.items()}
    ranks = dense_ranks(averages) if is_ranked else dict.fromkeys(names)
    return {
        name: ScoreFigure(averages[name], each, ranks[name])
        for name, each in tallies.items()
    }


def _mean_of(name: MeanName, figures: Mapping[str, ScoreFigure]) -> OverallMean:
    averages = [figure.exact for figure in figures.values()]
    known = sum(average is not None for average in averages)
    return OverallMean(mean(averages), name, known)
