"""The figures and lists of a report, counted from the rows that it prints (rule 11)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from progress.positions.figures import Change, Part, Status, count
from reports.snapshot_schema import (
    ActionRow,
    Cell,
    CommitmentRow,
    EntryPart,
    FigureRow,
    FiguresPart,
    GapRow,
    Lists,
    MemberRow,
    PositionRow,
    SubAreaRow,
)

OfKind = Literal["plan", "action", "sub_area", "member", "commitment"]


@dataclass(frozen=True)
class PrintedCell:
    """A printed position with its entry, and where it is. `count` counts it."""

    row: PositionRow
    entry: EntryPart | None
    commitment: CommitmentRow
    sub_area: SubAreaRow
    action: ActionRow

    @property
    def part(self) -> Part:
        if self.entry is None:
            return "not_reported"
        return self.entry["status"] if self.is_current else "no_update"

    @property
    def status(self) -> Status | Literal[""]:
        return self.entry["status"] if self.entry else ""

    @property
    def before(self) -> Status | Literal[""]:
        return self.row["before"]

    @property
    def is_at_risk(self) -> bool:
        return self.entry is not None and self.entry["is_at_risk"]

    @property
    def is_overdue(self) -> bool:
        return self.row["is_overdue"]

    @property
    def is_current(self) -> bool:
        return self.row["figure"] == "current"

    @property
    def is_repeated(self) -> bool:
        """Whether it is of this stocktake, with the words of an earlier entry."""
        entry = self.entry if self.is_current else None
        return entry is not None and entry["unchanged_since"] is not None

    @property
    def is_late(self) -> bool:
        entry = self.entry if self.is_current else None
        return entry is not None and entry["is_late"]

    @property
    def name(self) -> Cell:
        return {"commitment": self.commitment["code"], "member": self.row["member"]}


def printed_cells(
    actions: Iterable[ActionRow], entries: Mapping[str, EntryPart]
) -> Iterator[PrintedCell]:
    """Yield the cells in the order of the plan and of protocol."""
    for action in actions:
        for area in action["sub_areas"]:
            for commitment in area["commitments"]:
                for row in commitment["positions"]:
                    entry = entries[row["entry"]] if row["entry"] else None
                    yield PrintedCell(row, entry, commitment, area, action)


@dataclass(frozen=True)
class FigureCounter:
    """Counts the cells, and those of each part of the report."""

    cells: Sequence[PrintedCell]
    members: Sequence[MemberRow]
    is_compared: bool

    def figures(self) -> FiguresPart:
        return {
            "overall": self._row("plan", "", _("All"), self.cells),
            "actions": self._rows(
                "action",
                lambda cell: (cell.action["code"], cell.action["title"]),
            ),
            "sub_areas": self._rows(
                "sub_area",
                lambda cell: (cell.sub_area["code"], cell.sub_area["title"]),
            ),
            "members": [
                self._row(
                    "member",
                    member["code"],
                    member["name"],
                    [one for one in self.cells if one.row["member"] == member["code"]],
                )
                for member in self.members
            ],
            "commitments": self._rows(
                "commitment",
                lambda cell: (cell.commitment["code"], cell.commitment["short_title"]),
            ),
        }

    def _rows(
        self, of: OfKind, named: Callable[[PrintedCell], tuple[str, str]]
    ) -> list[FigureRow]:
        """Return a row for each part with a code, in the order of the plan."""
        groups: dict[tuple[str, str], list[PrintedCell]] = {}
        for cell in self.cells:
            groups.setdefault(named(cell), []).append(cell)
        return [
            self._row(of, code, f"{code} {title}", cells)
            for (code, title), cells in groups.items()
            if code
        ]

    def _row(
        self, of: OfKind, code: str, name: str, cells: Iterable[PrintedCell]
    ) -> FigureRow:
        counted = count(cells, is_compared=self.is_compared)
        return {
            "of": of,
            "code": code,
            "name": name,
            "parts": counted.parts,
            "in_all": counted.in_all,
            "at_risk": counted.at_risk,
            "at_risk_in_all": counted.at_risk_in_all,
            "overdue": counted.overdue,
            "cells": counted.cells,
            "changes": counted.changes,
            "before": counted.before,
        }

    def lists(self, *, has_stocktake: bool) -> Lists:
        at_risk = [cell for cell in self.cells if cell.is_at_risk]
        # The sort keeps the order of the plan within each half.
        at_risk.sort(key=lambda cell: not cell.is_current)
        return {
            "at_risk": [cell.name for cell in at_risk],
            "overdue": [cell.name for cell in self.cells if cell.is_overdue],
            "moved_up": self._changed("up"),
            "moved_down": self._changed("down"),
            "new": self._changed("new"),
            "gone": self._changed("gone"),
            "other": self._changed("other"),
            "gaps": [
                self._gaps(member["code"], has_stocktake) for member in self.members
            ],
        }

    def _changed(self, change: Change) -> list[Cell]:
        return [cell.name for cell in self.cells if cell.row["change"] == change]

    def _gaps(self, member: str, has_stocktake: bool) -> GapRow:
        cells = [cell for cell in self.cells if cell.row["member"] == member]

        def codes(holds: Callable[[PrintedCell], bool]) -> list[str]:
            return [cell.commitment["code"] for cell in cells if holds(cell)]

        return {
            "member": member,
            "none": codes(lambda cell: cell.entry is None),
            "no_update": codes(lambda cell: cell.part == "no_update")
            if has_stocktake
            else [],
            "repeated": codes(lambda cell: cell.is_repeated),
            "late": codes(lambda cell: cell.is_late),
        }
