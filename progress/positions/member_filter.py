"""The filters of the page of a member, and how many commitments each would show.

All counts are of positions that the reader may see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from progress.positions.instruments import PlanInstruments
from progress.positions.reading import MemberPosition, PlanReading

SINCE_SUMMIT: Final = "summit"
SINCE_STOCKTAKE: Final = "stocktake"


@dataclass(frozen=True)
class MemberFilter:
    """The filters in use, by name. Empty values show all."""

    reading: PlanReading
    instruments: PlanInstruments
    asked: Mapping[str, str]

    def shows(
        self, one: MemberPosition, instead: Mapping[str, str] | None = None
    ) -> bool:
        """Return whether the page shows a position, with these values instead."""
        asked = {**self.asked, **(instead or {})}
        return all(
            _SHOWS[name](self, one, value) for name, value in asked.items() if value
        )

    def is_new_since_stocktake(self, one: MemberPosition) -> bool:
        """Return whether its status or its text has changed since the last close.

        A text confirmed as still true has not changed.
        """
        comparison, entry = self.reading.comparison, one.position.entry
        if comparison is None:
            return False
        if one.change or entry is None or entry.published_at is None:
            return bool(one.change)
        is_later = entry.published_at > comparison.known_at
        return is_later and entry.visible_unchanged_since is None


def _is_of_action(_by: MemberFilter, one: MemberPosition, value: str) -> bool:
    return one.line.commitment.action.code == value


def _is_of_sub_area(_by: MemberFilter, one: MemberPosition, value: str) -> bool:
    sub_area = one.line.commitment.sub_area
    return sub_area is not None and sub_area.code == value


def _concerns(by: MemberFilter, one: MemberPosition, value: str) -> bool:
    concerning = by.instruments.lines_by_slug.get(value, ())
    return any(line is one.line for line in concerning)


def _is_part(_by: MemberFilter, one: MemberPosition, value: str) -> bool:
    return one.position.part == value


def _is_since(by: MemberFilter, one: MemberPosition, value: str) -> bool:
    if value == SINCE_SUMMIT:
        return one.position.entry is not None and not one.before
    return by.is_new_since_stocktake(one)


def _is_at_risk(_by: MemberFilter, one: MemberPosition, _value: str) -> bool:
    return one.position.is_at_risk


def _is_late(_by: MemberFilter, one: MemberPosition, _value: str) -> bool:
    entry = one.position.entry
    return entry is not None and entry.is_shown_as_update and entry.is_late


def _is_overdue(_by: MemberFilter, one: MemberPosition, _value: str) -> bool:
    return one.position.is_overdue


_SHOWS: Final[Mapping[str, Callable[[MemberFilter, MemberPosition, str], bool]]] = {
    "action": _is_of_action,
    "sub_area": _is_of_sub_area,
    "instrument": _concerns,
    "status": _is_part,
    "since": _is_since,
    "at_risk": _is_at_risk,
    "late": _is_late,
    "overdue": _is_overdue,
}
FILTERS: Final = tuple(_SHOWS)
