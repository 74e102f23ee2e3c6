"""The status of a member commitment through time, as steps of a line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.day_sentences import day_as
from accounts.wording.listed import listed
from progress.models import Entry
from progress.positions.figures import SCALE
from progress.positions.labels import status_label
from progress.querysets.entries import position_rank

# The height of a step of the scale, and of the room above the highest, in pixels.
STEP_HEIGHT: Final = 24
# `not_applicable` is outside the scale: it is drawn below the lowest step.
LEVELS: Final = ("not_applicable", *SCALE)


@dataclass(frozen=True)
class StatusStep:
    """A stretch of days with one status, and where it is drawn."""

    status: str
    start: date
    entry: UUID
    # Its start and end as shares of the width, as SVG writes them: "12.50%".
    x1: str
    x2: str
    y: int

    @property
    def label(self) -> str:
        return status_label(self.status)


@dataclass(frozen=True)
class StatusLine:
    """The line, and what it says in words."""

    steps: Sequence[StatusStep]
    first: date
    last: date

    @property
    def rises(self) -> list[tuple[str, int, int]]:
        """Where the line goes up or down: its place, and both heights."""
        return [(after.x1, step.y, after.y) for step, after in pairwise(self.steps)]

    @property
    def levels(self) -> list[tuple[str, int]]:
        """The labels of the heights in use or between those, the highest first."""
        has_other = any(step.status == LEVELS[0] for step in self.steps)
        levels = LEVELS if has_other else SCALE
        return [(status_label(level), _height(level)) for level in reversed(levels)]

    @property
    def height(self) -> int:
        return self.levels[-1][1] + STEP_HEIGHT // 2

    @property
    def words(self) -> str:
        """Each status with the day since when it holds."""
        parts = [
            _("%(status)s from %(day)s")
            % {"status": step.label, "day": day_as(step.start)}
            for step in self.steps
        ]
        return listed(parts, "; ")


def status_line(
    entries: Iterable[Entry], *, first: date, last: date
) -> StatusLine | None:
    """Return the line of entries in force, or None if they have no status.

    Each day has the status that rule 3 gives it, as known at one instant: that of the
    highest entry with an `as_of` up to that day.
    """
    in_force = [entry for entry in entries if not entry.is_withdrawal]
    changes = list(_changes(sorted(in_force, key=position_rank)))
    if not changes:
        return None
    first = min(first, changes[0].as_of)
    days = max(1, (last - first).days)
    places = [_share(entry.as_of, first, days) for entry in changes]
    ends = [*places[1:], "100.00%"]
    steps = [
        StatusStep(entry.status, entry.as_of, entry.pk, x1, x2, _height(entry.status))
        for entry, x1, x2 in zip(changes, places, ends, strict=True)
    ]
    return StatusLine(steps, first, last)


def _changes(in_order: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries that change the status. The last one of a day counts."""
    by_day = {entry.as_of: entry for entry in in_order}
    status = ""
    for entry in by_day.values():
        if entry.status != status:
            yield entry
        status = entry.status


def _share(day: date, first: date, days: int) -> str:
    return f"{(day - first).days / days:.2%}"


def _height(status: str) -> int:
    place = len(LEVELS) - LEVELS.index(status)
    return place * STEP_HEIGHT - STEP_HEIGHT // 2
