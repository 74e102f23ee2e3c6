"""What processes take over time: their CPU, and their memory, which must stay flat."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median
from threading import Event, Thread

from benchmarks.processes import PROC, children_of, cpu_seconds

EVERY = 2.0  # seconds
# Of a part's memory, how much more it may have at the end of the last two thirds of the
# time than at their beginning; so many megabytes more are free.
MOST_GROWTH, FREE_MB = 0.05, 5.0
FEWEST = 6  # samples, to tell
# The processes of this part are replaced by design, after a long report. So its memory
# must stay below the limit that docker-compose.yml sets, its typesetters too.
LIMIT_OF_REPORTS = 2048.0  # MB


@dataclass(frozen=True)
class Sample:
    at: float  # monotonic seconds
    mb: float
    cpu: float = 0.0  # seconds, since the process began


@dataclass
class Watched:
    """What the parts of the product have had, by their names."""

    parts: Mapping[str, int]
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def look(self) -> None:
        for name, pid in self.parts.items():
            at, mb = time.monotonic(), proportional_mb(pid)
            found = Sample(at, mb, cpu_seconds(pid))
            self.samples.setdefault(name, []).append(found)

    def between(self, began: float, ended: float) -> dict[str, list[Sample]]:
        return {
            name: [one for one in samples if began <= one.at <= ended]
            for name, samples in self.samples.items()
        }


def proportional_mb(pid: int) -> float:
    """Return the memory of a process and all below it; what is shared counts once."""
    total = 0
    for one in children_of(pid):
        try:
            lines = (PROC / str(one) / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


@contextmanager
def watching(parts: Mapping[str, int]) -> Iterator[Watched]:
    """Look at the memory of these processes until the block ends."""
    watched, done = Watched(parts), Event()

    def look_again() -> None:
        while not done.wait(EVERY):
            watched.look()

    watcher = Thread(target=look_again)
    watcher.start()
    try:
        yield watched
    finally:
        done.set()
        watcher.join()


def cores_of(samples: Sequence[Sample]) -> float:
    """Return how many cores were taken on average. Needs two samples."""
    first, last = samples[0], samples[-1]
    return (last.cpu - first.cpu) / (last.at - first.at)


@dataclass(frozen=True)
class Course:
    """How the memory of a part went, in MB. `growth` is that of the last two thirds."""

    first: float
    last: float
    highest: float
    growth: float
    most_growth: float
    # Where it is set, it is judged instead of the growth.
    most: float | None = None

    @property
    def is_flat(self) -> bool:
        if self.most is not None:
            return self.highest <= self.most
        return self.growth <= self.most_growth

    @property
    def reach(self) -> str:
        """Return what it must stay within, in words."""
        if self.most is not None:
            return f"{self.most:.0f} in all"
        return f"{self.most_growth:+.1f}"


def course_of(samples: Sequence[Sample], most: float | None = None) -> Course:
    """Return the course of samples in their order. Raises ValueError for too few.

    The growth is the median of the slopes between all pairs of samples (Theil and Sen)
    times the time: a single peak does not change it, such as a report that is typeset.
    """
    late = samples[len(samples) // 3 :]
    if len(late) < FEWEST:
        raise ValueError(f"{len(samples)} samples are too few")
    slope = median(
        (after.mb - before.mb) / (after.at - before.at)
        for before, after in combinations(late, 2)
    )
    usual = median(one.mb for one in late)
    return Course(
        first=median(one.mb for one in samples[:3]),
        last=median(one.mb for one in samples[-3:]),
        highest=max(one.mb for one in samples),
        growth=slope * (late[-1].at - late[0].at),
        most_growth=max(FREE_MB, MOST_GROWTH * usual),
        most=most,
    )
