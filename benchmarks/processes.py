"""What processes have used, read from /proc: CPU seconds and resident memory."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

PROC = Path("/proc")
_TICK = 1 / os.sysconf("SC_CLK_TCK")
_NANOSECOND = 1e-9


def children_of(pid: int) -> set[int]:
    """Return a process and all processes below it."""
    found, new = {pid}, [pid]
    while new:
        folder = PROC / str(new.pop())
        for task in _listed(folder / "task"):
            try:
                below = (task / "children").read_text().split()
            except OSError:
                continue
            new += [int(one) for one in below if int(one) not in found]
            found.update(map(int, below))
    return found


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of all below it, those that ended too.

    Living threads are counted to the nanosecond, ended processes to the clock's tick.
    """
    return sum(_living(one) + _ended_children(one) for one in children_of(pid))


def _living(pid: int) -> float:
    total = 0
    for task in _listed(PROC / str(pid) / "task"):
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except (OSError, IndexError):
            continue
    return total * _NANOSECOND


def _ended_children(pid: int) -> float:
    """Return the time of children that ended, as their parent has collected it."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * _TICK


def resident_mb(pids: Iterable[int], *, peak: bool = False) -> list[float]:
    """Return the resident memory of each process, now or at its highest."""
    name = "VmHWM:" if peak else "VmRSS:"
    sizes = []
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "status").read_text().splitlines()
        except OSError:
            continue
        sizes += [
            int(line.split()[1]) / 1024 for line in lines if line.startswith(name)
        ]
    return sizes


@dataclass
class PeakMemory:
    """The most memory that a process and all below it had, in MB."""

    largest: float = 0.0  # of one of them
    together: float = 0.0  # of all at once; what they share is counted for each

    def look(self, pid: int) -> None:
        sizes = resident_mb(children_of(pid))
        self.largest = max(self.largest, *sizes, 0.0)
        self.together = max(self.together, sum(sizes))


@contextmanager
def memory_watched(pid: int) -> Iterator[PeakMemory]:
    """Look at the memory of a process, and of all below it, every hundredth second."""
    peak, done = PeakMemory(), Event()

    def look_again() -> None:
        while not done.wait(0.01):
            peak.look(pid)

    watcher = Thread(target=look_again)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
