"""What the requests of a run say: rates, times and failures, by kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, NamedTuple

FOUND, LIMITED, FAULT = 302, 429, 500


class Request(NamedTuple):
    at: float  # monotonic seconds
    kind: str
    ms: float
    # 0: there was no answer.
    status: int
    # Why it failed; empty if its status was expected.
    why: str

    @property
    def is_fault(self) -> bool:
        """Whether the server failed, or did not answer at all."""
        return self.status >= FAULT or self.status == 0

    @property
    def is_limited(self) -> bool:
        return self.status == LIMITED


@dataclass(frozen=True)
class Kind:
    """The requests of one kind, or of all."""

    name: str
    requests: Sequence[Request]

    def of_100(self, share: int) -> float:
        """Return the milliseconds that so many of 100 requests stay below."""
        times = [one.ms for one in self.requests]
        if len(times) == 1:
            return times[0]
        return quantiles(times, n=100, method="inclusive")[share - 1]

    @property
    def faults(self) -> int:
        return sum(one.is_fault for one in self.requests)

    @property
    def limited(self) -> int:
        return sum(one.is_limited for one in self.requests)

    @property
    def refused(self) -> int:
        """Return how many got another status than they expected, and none of these."""
        return sum(
            bool(one.why) and not one.is_fault and not one.is_limited
            for one in self.requests
        )


@dataclass
class Figures:
    """What was measured between two instants, of a run that began before."""

    seconds: float
    visitors: int
    measured: list[Request]
    before: list[Request] = field(default_factory=list)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Figures":
        """Read what the swarm wrote. Raises ValueError if nothing was measured."""
        began, ended = float(found["began"]), float(found["ended"])
        rows = [Request(*row) for row in found["requests"]]
        measured = [row for row in rows if began <= row.at <= ended]
        if not measured:
            raise ValueError("no request was measured")
        before = [row for row in rows if row.at < began]
        return cls(ended - began, int(found["visitors"]), measured, before)

    @property
    def all(self) -> Kind:
        return Kind("all", self.measured)

    def kinds(self) -> list[Kind]:
        names = sorted({one.kind for one in self.measured})
        return [
            Kind(name, [r for r in self.measured if r.kind == name]) for name in names
        ]

    def warm_up(self) -> list[Kind]:
        """Return the kinds of the sign-ins, which end before the measured time."""
        names = ("password", "second step", "API: changes, first copy")
        kinds = [
            Kind(name, [r for r in self.before if r.kind == name]) for name in names
        ]
        return [kind for kind in kinds if kind.requests]

    def acknowledged(self, kind: str) -> int:
        """Return how many acts of a kind were answered with a redirect: as done."""
        requests = (*self.before, *self.measured)
        return sum(one.kind == kind and one.status == FOUND for one in requests)

    def problems(self) -> list[str]:
        """Return what failed, of the warm-up too: each sentence once, with a count."""
        failed = [one for one in (*self.before, *self.measured) if one.why]
        return counted(f"{one.kind}: {one.why}" for one in failed if not one.is_limited)


def counted(sentences: Iterable[str]) -> list[str]:
    """Return each sentence once, with how often it came if that is more than once."""
    counts: dict[str, int] = {}
    for one in sentences:
        counts[one] = counts.get(one, 0) + 1
    return [f"{one} ({n} times)" if n > 1 else one for one, n in counts.items()]
