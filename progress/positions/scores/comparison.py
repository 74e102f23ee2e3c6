"""Two bodies' tables of one stocktake side by side. They share no average."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import Member
from progress.assessments.agreement import (
    Agreement,
    AgreementCounts,
    agreement_of,
    count_agreements,
)
from progress.positions.plan_table import PlanLine
from progress.positions.scores.reading import ScoreCell, ScoreReading


class ScorePair(NamedTuple):
    """Two bodies' scores of one cell. None where a table has no such cell."""

    first: ScoreCell | None
    second: ScoreCell | None

    @property
    def agreement(self) -> Agreement:
        return agreement_of(
            self.first.score if self.first else "",
            self.second.score if self.second else "",
        )


class PairRow(NamedTuple):
    """A commitment with both bodies' scores, in the order of the members."""

    line: PlanLine
    pairs: Sequence[ScorePair]


@dataclass(frozen=True)
class BodyComparison:
    """Two released tables of one plan, by different bodies."""

    first: ScoreReading
    second: ScoreReading

    @property
    def members(self) -> Sequence[Member]:
        return self.first.members

    @property
    def rows(self) -> list[PairRow]:
        """The commitments in the order of the plan."""
        return [
            PairRow(
                line,
                [self._pair(line, member) for member in self.members],
            )
            for line in self.first.plan.lines
        ]

    def _pair(self, line: PlanLine, member: Member) -> ScorePair:
        key = line.commitment.pk, member.code
        return ScorePair(self.first.cells.get(key), self.second.cells.get(key))

    @property
    def counts(self) -> AgreementCounts:
        """How many cells agree in which way."""
        return count_agreements(self.first.scores(), self.second.scores())
