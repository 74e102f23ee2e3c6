"""Averages, percentages and ranks of scores. Plain Python, in exact fractions.

They follow the compliance reports of the G7 Research Group: see `docs/scores.md`.

A cell that is not scored, or that is scored "not applicable", counts in no average. An
average is printed with two decimals, rounded half away from zero: -0.625 is -0.63 and
0.125 is 0.13. A percentage is (average + 1) / 2 x 100, of the exact average and not of
the printed one, rounded half up. Ranks compare exact averages too. They are dense:
equal averages share a rank, and the next one has the next number.

Python's `round` and `float` are used nowhere. `round` takes the even neighbour of a
half, and a float cannot hold most of these averages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeVar

# What a cell can have. Empty is a cell without a score.
ScoreValue = Literal["1", "0", "-1", "not_applicable", ""]
SCORE_VALUES: Final[tuple[ScoreValue, ...]] = ("1", "0", "-1", "not_applicable", "")
# The scores that count, from the best.
POINTS: Final[Mapping[str, int]] = {"1": 1, "0": 0, "-1": -1}

Name = TypeVar("Name")


@dataclass(frozen=True)
class ScoreTally:
    """How many cells have each score, zeros too, in the order of `SCORE_VALUES`."""

    counts: Mapping[ScoreValue, int]

    @property
    def cells(self) -> int:
        """All cells: the sum of the counts."""
        return sum(self.counts.values())

    @property
    def scored(self) -> int:
        """The cells that count in the average."""
        return sum(self.counts[value] for value in SCORE_VALUES if value in POINTS)

    @property
    def average(self) -> Fraction | None:
        """The exact average; None if no cell counts."""
        if not self.scored:
            return None
        points = sum(
            POINTS[value] * count
            for value, count in self.counts.items()
            if value in POINTS
        )
        return Fraction(points, self.scored)


def tally(scores: Iterable[str]) -> ScoreTally:
    """Count the cells by score. Raises KeyError for what is no score."""
    counts = dict.fromkeys(SCORE_VALUES, 0)
    for score in scores:
        counts[score] += 1  # type: ignore[index]  # a KeyError for anything else
    return ScoreTally(counts)


def mean(averages: Iterable[Fraction | None]) -> Fraction | None:
    """Return the exact mean of those that there are; None if there is none."""
    known = [average for average in averages if average is not None]
    return sum(known, Fraction()) / len(known) if known else None


def hundredths(average: Fraction) -> int:
    """Return an average in hundredths, rounded half away from zero."""
    size = _half_up(abs(average) * 100)
    return -size if average < 0 else size


def percentage(average: Fraction) -> int:
    """Return the exact average on a scale from 0 to 100, rounded half up."""
    return _half_up((average + 1) / 2 * 100)


def dense_ranks(averages: Mapping[Name, Fraction | None]) -> dict[Name, int | None]:
    """Return the rank of each, 1 for the highest average; None without an average."""
    known = {average for average in averages.values() if average is not None}
    place = {value: rank for rank, value in enumerate(sorted(known, reverse=True), 1)}
    return {
        name: None if average is None else place[average]
        for name, average in averages.items()
    }


def percent_scored(scored: int, cells: int) -> int:
    """Return how much of a table is scored, rounded down: 100 only when all is."""
    return 100 * scored // cells if cells else 0


def _half_up(number: Fraction) -> int:
    """Return the nearest whole number to one that is not negative."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)
