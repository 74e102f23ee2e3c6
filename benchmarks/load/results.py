"""The results of a run as text, and what of them is not met."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load.figures import Figures, Kind, counted
from benchmarks.load.memory import Course
from benchmarks.results import machine, table

MOST_PROBLEMS = 12
_HEAD = ("what", "requests", "a second", "median ms", "p95", "p99", "failed", "5xx",
         "429")  # fmt: skip
_HEAD_OF_MEMORY = ("part", "MB at first", "at the end", "highest", "growth", "at most",
                   "flat")  # fmt: skip
_SERIOUS = ("error", "critical")


@dataclass(frozen=True)
class Loaded:
    """What one run found."""

    size: str
    figures: Figures
    memory: Mapping[str, Course]
    # What was done meanwhile, by sentence: entries published, reports, mails.
    done: Mapping[str, int]
    # Of acts by their kind, how many rows show that they were done.
    acts: Mapping[str, int]
    # Lines of error in the logs of the product.
    errors: list[str]
    # Of each part, how many cores it took while it was measured.
    cores: Mapping[str, float]

    def faults(self) -> list[str]:
        """Return what is not as it must be, one sentence each."""
        found = self.figures.problems()[:MOST_PROBLEMS]
        found += self._lost()
        found += [f"a line of error: {line}" for line in self.errors[:MOST_PROBLEMS]]
        found += [
            f"memory of {name}: {course.growth:+.1f} MB, {course.highest:.0f} at most"
            for name, course in self.memory.items()
            if not course.is_flat
        ]
        return found

    def _lost(self) -> Iterator[str]:
        """Yield what was acknowledged and is not there."""
        for kind, rows in self.acts.items():
            answered = self.figures.acknowledged(kind)
            if answered > rows:
                yield f"{kind}: {answered} were acknowledged, and {rows} are done"

    def text(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        figures = self.figures
        yield "# Results of `make load`"
        yield ""
        yield (
            f"{figures.visitors} visitors for {figures.seconds:.0f} s, after they had"
            f" signed in; size {self.size}. Measured on {datetime.now(UTC):%d %B %Y}."
            " docs/benchmarks.md describes the method."
        )
        yield ""
        yield machine()
        yield ""
        yield "## Requests"
        yield ""
        kinds = [figures.all, *figures.kinds()]
        yield from table(_HEAD, (_row(one, figures.seconds) for one in kinds))
        yield ""
        yield "Before that, while all of them came:"
        yield ""
        yield from table(_HEAD, (_row(one, None) for one in figures.warm_up()))
        yield ""
        yield from self._others()

    def _cores(self) -> Iterator[tuple[str, str]]:
        for name, cores in self.cores.items():
            yield f"cores of {name}", f"{cores:.2f}"
        yield "cores of all of them", f"{sum(self.cores.values()):.2f}"

    def _others(self) -> Iterator[str]:
        yield "## Memory"
        yield ""
        yield from table(
            _HEAD_OF_MEMORY, (_memory(*one) for one in self.memory.items())
        )
        yield ""
        yield "## What was done"
        yield ""
        acts = {f"entries: {kind}": rows for kind, rows in self.acts.items()}
        rows = [
            *acts.items(),
            *self.done.items(),
            *self._cores(),
        ]
        yield from table(("what", "figure"), ((name, str(n)) for name, n in rows))
        yield ""
        faults = self.faults()
        yield "Everything is as it must be." if not faults else "What is not met:"
        yield from (f"- {fault}" for fault in faults)


def _row(kind: Kind, seconds: float | None) -> list[str]:
    count = len(kind.requests)
    return [
        kind.name, str(count), f"{count / seconds:.2f}" if seconds else "",
        *(f"{kind.of_100(share):.0f}" for share in (50, 95, 99)),
        str(kind.refused), str(kind.faults), str(kind.limited),
    ]  # fmt: skip


def _memory(name: str, course: Course) -> list[str]:
    return [
        name, f"{course.first:.0f}", f"{course.last:.0f}", f"{course.highest:.0f}",
        f"{course.growth:+.1f}", course.reach,
        "yes" if course.is_flat else "**no**",
    ]  # fmt: skip


def errors_in(starts: Mapping[Path, int]) -> list[str]:
    """Return the serious lines of logs: JSON of level error, and bare tracebacks.

    `starts` says from which byte on a log is read. A server that starts is not ready,
    and says so.
    """
    return counted(
        f"{path.stem}: {said}"
        for path, start in sorted(starts.items())
        for line in path.read_bytes()[start:].decode("utf-8", "replace").splitlines()
        if (said := _serious(line))
    )


def _serious(line: str) -> str:
    try:
        found = json.loads(line)
    except ValueError:
        return line[:200] if re.match(r"Traceback|.*\[(ERROR|CRITICAL)\]", line) else ""
    if not isinstance(found, dict) or found.get("level") not in _SERIOUS:
        return ""
    return str(found.get("event", line))[:200]
