"""A fixed part of a large product of cases, in which every feature still occurs.

`make test` tries the part, and `make test-long` all other cases. `.ci/run` runs both,
so no case is left out. A part is computed from its table, and changes only with it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

import pytest
from _pytest.mark import ParameterSet

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


def crossed(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[ParameterSet]:
    """Return every pair, by their names, for `parametrize`.

    Each value occurs in a pair that is tried every day. The other pairs are long.
    """
    return [
        pytest.param(
            left[one],
            right[other],
            id=f"{one}-{other}",
            marks=[] if j == i % len(right) or i == j % len(left) else pytest.mark.long,
        )
        for i, one in enumerate(left)
        for j, other in enumerate(right)
    ]


# For `parametrize`, where one world serves many pairs: see `pairs_of`.
DAILY_AND_LONG = [
    pytest.param(True, id="every day"),
    pytest.param(False, id="others", marks=pytest.mark.long),
]


def pairs_of(
    left: Mapping[str, Any], right: Mapping[str, Any], *, is_daily: bool
) -> list[Any]:
    """Return the pairs of `crossed` that are tried every day, or all others."""
    pairs = crossed(left, right)
    return [pair.values for pair in pairs if is_daily != bool(pair.marks)]


def one_daily_in(number: int, cases: Sequence[tuple[Any, ...]]) -> list[ParameterSet]:
    """Return all cases for `parametrize`: one in so many for every day, others long."""
    return [
        pytest.param(*case, marks=pytest.mark.long if i % number else [])
        for i, case in enumerate(cases)
    ]
