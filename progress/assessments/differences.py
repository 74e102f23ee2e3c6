"""Where a member's self-report and a body's score contradict each other. Plain Python.

A status and a score have different scales, so neither is ever turned into the other.
This table says which pairs contradict, and how strongly. It is a rule of this product,
and no body's: `docs/scores.md` states it. A status fits the scores that a reader would
expect with it:

    not started      -1
    limited          -1 or 0
    substantial       0 or +1
    implemented      +1

A score that is one step from those is a slight difference, two steps is a strong one.
Where there is no self-report to read, only full compliance is a difference. If one side
says that the commitment does not apply, and the other one judges it, that is a slight
difference too. A cell that is not scored never differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

# Which side says that more was done. "applies": one side says it does not apply.
DifferenceKind = Literal["report_says_more", "score_says_more", "applies"]
Degree = Literal["strong", "slight"]
KINDS: Final[tuple[DifferenceKind, ...]] = (
    "report_says_more",
    "score_says_more",
    "applies",
)
DEGREES: Final[tuple[Degree, ...]] = ("strong", "slight")
# The self-report that a reader does not see, or that is not there.
NO_REPORT: Final = "not_reported"


class Difference(NamedTuple):
    """How a self-report and a score contradict each other."""

    kind: DifferenceKind
    degree: Degree


_MORE: Final[DifferenceKind] = "report_says_more"
_LESS: Final[DifferenceKind] = "score_says_more"
_APPLIES: Final = Difference("applies", "slight")

# By status and score. A pair that is not here does not contradict.
DIFFERENCES: Final[Mapping[tuple[str, str], Difference]] = {
    ("implemented", "-1"): Difference(_MORE, "strong"),
    ("implemented", "0"): Difference(_MORE, "slight"),
    ("substantial", "-1"): Difference(_MORE, "slight"),
    ("limited", "1"): Difference(_LESS, "slight"),
    ("not_started", "0"): Difference(_LESS, "slight"),
    ("not_started", "1"): Difference(_LESS, "strong"),
    (NO_REPORT, "1"): Difference(_LESS, "slight"),
    ("not_applicable", "-1"): _APPLIES,
    ("not_applicable", "0"): _APPLIES,
    ("not_applicable", "1"): _APPLIES,
    ("not_started", "not_applicable"): _APPLIES,
    ("limited", "not_applicable"): _APPLIES,
    ("substantial", "not_applicable"): _APPLIES,
    ("implemented", "not_applicable"): _APPLIES,
}


def difference_of(status: str, score: str) -> Difference | None:
    """Return how a status and a score differ; None if they do not.

    `status` is "not_reported" or empty where the reader sees no self-report.
    """
    return DIFFERENCES.get((status or NO_REPORT, score))


@dataclass(frozen=True)
class PairCounts:
    """How many scored cells have which status beside which score."""

    pairs: Mapping[tuple[str, str], int]

    @property
    def compared(self) -> int:
        """The cells that have a score, "not applicable" too."""
        return sum(self.pairs.values())

    @property
    def by_difference(self) -> dict[Difference, int]:
        """The differences that there are, with their number."""
        counts: dict[Difference, int] = {}
        for pair, number in self.pairs.items():
            found = difference_of(*pair)
            if found is not None:
                counts[found] = counts.get(found, 0) + number
        return counts

    @property
    def differing(self) -> int:
        return sum(self.by_difference.values())

    def of_degree(self, degree: Degree) -> int:
        found = self.by_difference.items()
        return sum(number for each, number in found if each.degree == degree)


def count_pairs(pairs: Iterable[tuple[str, str]]) -> PairCounts:
    """Count pairs of status and score. A cell without a score is left out."""
    counts: dict[tuple[str, str], int] = {}
    for status, score in pairs:
        if score:
            key = status or NO_REPORT, score
            counts[key] = counts.get(key, 0) + 1
    return PairCounts(counts)
