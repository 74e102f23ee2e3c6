"""The figures of a table of scores, worked out a second time: in whole numbers only.

It shares no code with `progress/assessments/`. An average is a pair of whole numbers;
rounding looks at the remainder of a division, and ranks compare cross products.
"""

from collections.abc import Iterable, Mapping
from math import lcm
from typing import NamedTuple

POINTS = {"1": 1, "0": 0, "-1": -1}


class RawCell(NamedTuple):
    """A cell of a table, in any order."""

    commitment: str
    member: str
    action: str
    # Empty where the action has no sub-areas.
    sub_area: str
    score: str


class Share(NamedTuple):
    """An average: so many points, of so many scores or averages. Without any: of 0."""

    points: int
    of: int

    @property
    def average(self) -> str:
        """With two decimals, half away from zero: `-0.63`. Empty without any."""
        if not self.of:
            return ""
        whole, rest = divmod(100 * abs(self.points), self.of)
        whole += 2 * rest >= self.of
        sign = "-" if self.points < 0 and whole else ""
        return f"{sign}{whole // 100}.{whole % 100:02}"

    @property
    def percentage(self) -> str:
        if not self.of:
            return ""
        whole, rest = divmod(50 * (self.points + self.of), self.of)
        return str(whole + (2 * rest >= self.of))


class Recomputed(NamedTuple):
    """All figures of a table, by codes."""

    members: Mapping[str, Share]
    commitments: Mapping[str, Share]
    areas: Mapping[str, Share]
    actions: Mapping[str, Share]
    # By area, then by member.
    members_in_areas: Mapping[str, Mapping[str, Share]]
    # The mean of all cells, of commitments and of members, and what each is of.
    means: Mapping[str, Share]
    means_of: Mapping[str, int]


def recompute(cells: Iterable[RawCell]) -> Recomputed:
    """Return all figures. Cells without a score keep the names that they have."""
    known = list(cells)
    members = _shares((cell.member, cell) for cell in known)
    commitments = _shares((cell.commitment, cell) for cell in known)
    areas = {cell.sub_area or cell.action for cell in known}
    return Recomputed(
        members=members,
        commitments=commitments,
        areas=_shares((cell.sub_area or cell.action, cell) for cell in known),
        actions=_shares((cell.action, cell) for cell in known),
        members_in_areas={
            area: _shares(
                (cell.member, cell)
                for cell in known
                if area == (cell.sub_area or cell.action)
            )
            for area in areas
        },
        means={
            "cells": _shares(("all", cell) for cell in known).get("all", Share(0, 0)),
            "commitments": mean(commitments.values()),
            "members": mean(members.values()),
        },
        means_of={
            "cells": sum(cell.score in POINTS for cell in known),
            "commitments": sum(share.of > 0 for share in commitments.values()),
            "members": sum(share.of > 0 for share in members.values()),
        },
    )


def _shares(named: Iterable[tuple[str, RawCell]]) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for name, cell in named:
        points, of = found.get(name, Share(0, 0))
        if cell.score in POINTS:
            points, of = points + POINTS[cell.score], of + 1
        found[name] = Share(points, of)
    return found


def mean(shares: Iterable[Share]) -> Share:
    """Return the mean of those averages that there are, over a common denominator."""
    known = [share for share in shares if share.of]
    if not known:
        return Share(0, 0)
    common = lcm(*(share.of for share in known))
    points = sum(share.points * (common // share.of) for share in known)
    return Share(points, common * len(known))


def ranks(shares: Mapping[str, Share]) -> dict[str, int | None]:
    """Return dense ranks: one more than the number of different higher averages."""
    return {
        name: _higher(share, shares) + 1 if share.of else None
        for name, share in shares.items()
    }


def _higher(share: Share, shares: Mapping[str, Share]) -> int:
    higher = [
        other
        for other in shares.values()
        if other.of and other.points * share.of > share.points * other.of
    ]
    distinct: list[Share] = []
    for other in higher:
        if all(other.points * one.of != one.points * other.of for one in distinct):
            distinct.append(other)
    return len(distinct)
