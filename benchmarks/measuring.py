"""Measure what the product does and what it could cost at least, in turn."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

Job = Callable[[], object]
MOST_SECONDS = 20.0  # for the repetitions of one job
FEWEST = 3


@dataclass(frozen=True)
class Cost:
    """Seconds: on the wall, of CPU in the product's or our process, in the database."""

    wall: float
    own: float
    database: float

    @property
    def cpu(self) -> float:
        return self.own + self.database


@dataclass
class Meter:
    """Counts the CPU time of one process tree and of the database."""

    own: Callable[[], float]
    database: Callable[[], float]

    def cost_of(self, job: Job) -> Cost:
        own, database, wall = self.own(), self.database(), time.perf_counter()
        job()
        wall = time.perf_counter() - wall
        return Cost(wall, self.own() - own, self.database() - database)


@dataclass
class Measured:
    """One job with its meter, and what each repetition cost."""

    job: Job
    meter: Meter
    costs: list[Cost] = field(default_factory=list)

    def run(self) -> None:
        self.costs.append(self.meter.cost_of(self.job))

    @property
    def is_exhausted(self) -> bool:
        seconds = sum(cost.wall for cost in self.costs)
        return len(self.costs) >= FEWEST and seconds > MOST_SECONDS

    @property
    def typical(self) -> Cost:
        """Return the medians."""
        return Cost(
            median(cost.wall for cost in self.costs),
            median(cost.own for cost in self.costs),
            median(cost.database for cost in self.costs),
        )

    @property
    def slow(self) -> float:
        """Return the CPU time that 95 of 100 repetitions stay below."""
        costs = [cost.cpu for cost in self.costs]
        if len(costs) == 1:
            return costs[0]
        return quantiles(costs, n=20, method="inclusive")[-1]


def alternate(jobs: Sequence[Measured], repetitions: int, *, warm: int = 3) -> None:
    """Run the jobs in turn: A, B, A, B. The first runs of each are not counted."""
    for one in jobs:
        for _ in range(warm):
            one.job()
    for _ in range(repetitions):
        for one in jobs:
            if not one.is_exhausted:
                one.run()


def total(costs: Iterable[Cost]) -> Cost:
    listed = list(costs)
    return Cost(
        sum(cost.wall for cost in listed),
        sum(cost.own for cost in listed),
        sum(cost.database for cost in listed),
    )
