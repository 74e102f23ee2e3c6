"""The bars of statuses that a report draws: their stretches, and the same in words.

The PDF draws them from the same figures in `templates/chart.typ`.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from progress.positions.figures import Part, Status
from reports.label_schema import Labels
from reports.snapshot_schema import FigureRow, FiguresPart

# From the most done to the least known.
ORDER: Final[tuple[Status, ...]] = (
    "implemented",
    "substantial",
    "limited",
    "not_started",
    "not_applicable",
)


class Stretch(NamedTuple):
    """One part of a bar. An older one has no update in this stocktake."""

    part: Part
    is_older: bool
    label: str
    cells: int


def older_in(row: FigureRow) -> dict[Status, int]:
    """Return the number of positions without an update, by last known status."""
    return {name: row["in_all"][name] - row["parts"][name] for name in row["in_all"]}


def figures_with_older(part: FiguresPart) -> dict[str, Any]:
    """Return the figures as the templates draw them, with `older` in each row."""

    def row_of(row: FigureRow) -> dict[str, Any]:
        return {**row, "older": older_in(row)}

    return {
        "overall": row_of(part["overall"]),
        "actions": [*map(row_of, part["actions"])],
        "sub_areas": [*map(row_of, part["sub_areas"])],
        "members": [*map(row_of, part["members"])],
        "commitments": [*map(row_of, part["commitments"])],
    }


def stretches_now(row: FigureRow, labels: Labels) -> list[Stretch]:
    """Return the stretches of the last known statuses. None is empty."""
    older = older_in(row)
    found = []
    for part in ORDER:
        label = labels["parts"][part]
        old_label = f"{label} ({labels['older_bar']})"
        found.append(Stretch(part, False, label, row["in_all"][part] - older[part]))
        found.append(Stretch(part, True, old_label, older[part]))
    return _with_rest(found, row["parts"]["not_reported"], labels)


def stretches_before(row: FigureRow, labels: Labels) -> list[Stretch]:
    """Return the stretches of the statuses at the earlier date. None is empty."""
    found = [
        Stretch(part, False, labels["parts"][part], row["before"][part])
        for part in ORDER
    ]
    return _with_rest(found, row["before"]["not_reported"], labels)


def named(name: str, value: str, labels: Labels) -> str:
    """Return a name and its value: French has a space before the colon."""
    return labels["named"].replace("{name}", name).replace("{value}", value)


def in_words(name: str, stretches: Iterable[Stretch], labels: Labels) -> str:
    """Return what a bar shows, for alternative texts."""
    said = ", ".join(f"{stretch.label} {stretch.cells}" for stretch in stretches)
    return named(name, f"{said or '0'}.", labels)


def _with_rest(found: list[Stretch], rest: int, labels: Labels) -> list[Stretch]:
    label = labels["parts"]["not_reported"]
    stretches = [*found, Stretch("not_reported", False, label, rest)]
    return [stretch for stretch in stretches if stretch.cells > 0]
