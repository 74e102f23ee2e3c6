"""A fixed part of a large product of cases, in which every feature still occurs.

`make test` tries the part, and `make test-long` all other cases. `.ci/run` runs both,
so no case is left out. A part is computed from its table, and changes only with it.
"""

from collections.abc import Callable, Hashable, Iterable
from hashlib import sha256
from typing import TypeVar

Case = TypeVar("Case")


def covering(
    cases: Iterable[Case],
    *,
    features: Callable[[Case], set[Hashable]],
    name: Callable[[Case], str],
) -> list[Case]:
    """Return the cases that add a feature, in an order that follows from their names.

    The order is mixed, because neighbours in a table are alike: fewer are enough.
    """
    mixed = sorted(cases, key=lambda case: sha256(name(case).encode()).digest())
    seen: set[Hashable] = set()
    kept = []
    for case in mixed:
        if new := features(case) - seen:
            seen |= new
            kept.append(case)
    return kept
