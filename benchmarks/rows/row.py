"""What one row of the table is, and what was found for it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.measuring import Cost, Job
from benchmarks.sites import Site

Prepare = Callable[[Site], Job]
FREE = 0.002  # seconds of CPU that growth does not count
FREE_BUFFERS = 2000  # 2 ms, at a microsecond for each
MOST_GROWTH = 1.2


@dataclass(frozen=True)
class Row:
    """One figure: the product's job, and the job that is its limit, for a site."""

    part: str
    name: str
    product: Prepare
    limit: Prepare | None = None
    # Whether the limit is a request to our own server too.
    is_limit_ours: bool = False
    # Whether the 95th of 100 is compared, not the median.
    is_by_slowest: bool = False
    # At most so many times the CPU time of the limit.
    reach: float | None = None
    growth: float | None = MOST_GROWTH
    repetitions: int = 9


@dataclass
class Finding:
    """What a row cost, by the name of the size."""

    row: Row
    product: dict[str, Cost] = field(default_factory=dict)
    limit: dict[str, Cost] = field(default_factory=dict)
    # The CPU time that 95 of 100 requests stay below.
    slow: dict[str, float] = field(default_factory=dict)
    slow_limit: dict[str, float] = field(default_factory=dict)
    # Of a request: its queries, the buffers they read, and the size of a first visit.
    queries: dict[str, int] = field(default_factory=dict)
    buffers: dict[str, int] = field(default_factory=dict)
    cold_kb: dict[str, float] = field(default_factory=dict)
    fault: str = ""

    def times_the_limit(self, size: str) -> float | None:
        """Return the CPU time of the product as a multiple of the limit's."""
        if size not in self.limit or size not in self.product:
            return None
        if self.row.is_by_slowest:
            return self.slow[size] / self.slow_limit[size]
        return self.product[size].cpu / self.limit[size].cpu

    def growth(self, small: str, large: str) -> float | None:
        """Return how the CPU time grows from one size to the other."""
        if {small, large} - set(self.product):
            return None
        return self.product[large].cpu / self.product[small].cpu

    def growth_of_buffers(self, small: str, large: str) -> float | None:
        """Return how the number of buffers that a request reads grows."""
        if {small, large} - set(self.buffers):
            return None
        return self.buffers[large] / max(self.buffers[small], 1)

    def is_met(self, small: str, large: str) -> bool:
        """Whether the row reaches what it must, at the larger size."""
        times, reach = self.times_the_limit(large), self.row.reach
        is_near = times is None or reach is None or times <= reach
        return not self.fault and is_near and self._is_flat(small, large)

    def _is_flat(self, small: str, large: str) -> bool:
        """Whether neither CPU nor buffers grow, beyond what is free."""
        if self.row.growth is None or small == large:
            return True
        if {small, large} - set(self.product):
            return True
        allowed = self.product[small].cpu * self.row.growth + FREE
        grown = self.growth_of_buffers(small, large) or 1.0
        more = self.buffers.get(large, 0) - self.buffers.get(small, 0)
        is_flat = grown <= self.row.growth or more <= FREE_BUFFERS
        return self.product[large].cpu <= allowed and is_flat
