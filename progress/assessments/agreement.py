"""How far the scores of two bodies agree. Plain Python.

Cells are compared one by one. There is no average over two bodies: every average
belongs to one table of one body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from progress.assessments.arithmetic import POINTS
from progress.assessments.figures import ScoreKey, Scores

# "applies": one of them says that it does not apply, and the other one judges it.
# "one_only": the other one has not scored it. "neither": no one has.
Agreement = Literal["same", "one_step", "two_steps", "applies", "one_only", "neither"]
AGREEMENTS: Final[tuple[Agreement, ...]] = (
    "same",
    "one_step",
    "two_steps",
    "applies",
    "one_only",
    "neither",
)


@dataclass(frozen=True)
class AgreementCounts:
    """How many cells agree in which way, zeros too, in the order of `AGREEMENTS`."""

    counts: Mapping[Agreement, int]

    @property
    def cells(self) -> int:
        return sum(self.counts.values())


def agreement_of(first: str, second: str) -> Agreement:
    """Return how two scores of one cell agree. Empty is a cell without a score."""
    if not first or not second:
        return "one_only" if first or second else "neither"
    if first == second:
        return "same"
    if first not in POINTS or second not in POINTS:
        return "applies"
    return "one_step" if abs(POINTS[first] - POINTS[second]) == 1 else "two_steps"


def count_agreements(first: Scores, second: Scores) -> AgreementCounts:
    """Compare the cells that either of two tables has."""
    counts: dict[Agreement, int] = dict.fromkeys(AGREEMENTS, 0)
    keys: set[ScoreKey] = {*first, *second}
    for key in keys:
        counts[agreement_of(first.get(key, ""), second.get(key, ""))] += 1
    return AgreementCounts(counts)
