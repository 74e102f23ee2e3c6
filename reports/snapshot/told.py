"""What the sentences of a summary speak of: counts and names of the printed rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Literal

from django.utils.translation import pgettext

from progress.positions.figures import STATUSES, Change
from reports.kinds import Section
from reports.snapshot.figures import PrintedCell
from reports.snapshot_schema import Cell, FigureRow, Lists, MemberRow

# More positions than these are counted by member instead of being named.
MOST_NAMED = 5

GapKind = Literal["none", "no_update", "repeated", "late"]


@dataclass(frozen=True)
class Told:
    """The printed cells, and what is counted of them."""

    cells: Sequence[PrintedCell]
    overall: FigureRow
    lists: Lists
    members: Sequence[MemberRow]
    # The day of the positions, as it is printed.
    day: str
    # Completes "since …"; empty where nothing is compared.
    since: str
    has_stocktake: bool
    reads_all: bool
    sections: Sequence[Section]

    @property
    def count(self) -> int:
        return self.overall["cells"]

    @property
    def parts(self) -> Mapping[str, int]:
        return {status: self.overall["parts"][status] for status in STATUSES}

    @property
    def in_all(self) -> Mapping[str, int]:
        return {status: self.overall["in_all"][status] for status in STATUSES}

    @property
    def without_entry(self) -> int:
        return self.overall["parts"]["not_reported"]

    @property
    def with_entry(self) -> int:
        return self.count - self.without_entry

    @property
    def is_empty(self) -> bool:
        return self.count > 0 and not self.with_entry

    @property
    def is_full(self) -> bool:
        return self.count > 0 and not self.without_entry

    @property
    def current(self) -> int:
        return sum(self.parts.values())

    @property
    def older(self) -> int:
        return self.overall["parts"]["no_update"]

    def changed(self, change: Change) -> int:
        return self.overall["changes"].get(change, 0)

    @property
    def moved(self) -> int:
        """How many have another status than before, or came or went."""
        changes = self.overall["changes"]
        return sum(number for change, number in changes.items() if change != "same")

    @property
    def withdrawn(self) -> int:
        return sum(cell.row["is_withdrawn"] for cell in self.cells)

    @cached_property
    def silent_members(self) -> list[str]:
        """The names of the members without any entry, in the order of protocol."""
        heard = {cell.row["member"] for cell in self.cells if cell.entry}
        return [row["name"] for row in self.members if row["code"] not in heard]

    @property
    def has_silent_members(self) -> bool:
        """Whether some members have no entry, and others do."""
        return self.with_entry > 0 and bool(self.silent_members)

    def gaps(self, kind: GapKind) -> list[Cell]:
        """Return the gaps of one kind, in the order of protocol and of the plan."""
        return [
            {"commitment": code, "member": row["member"]}
            for row in self.lists["gaps"]
            for code in row[kind]
        ]

    @property
    def has_gaps(self) -> bool:
        return any(
            row[kind]
            for row in self.lists["gaps"]
            for kind in ("none", "no_update", "repeated", "late")
        )

    def by_member(self, cells: Iterable[Cell]) -> dict[str, int]:
        """Return how many of these each member has, in the order of protocol."""
        counts = Counter(cell["member"] for cell in cells)
        return {
            row["code"]: counts[row["code"]]
            for row in self.members
            if counts[row["code"]]
        }

    def name_of_member(self, code: str) -> str:
        return next(row["name"] for row in self.members if row["code"] == code)

    def named(self, cells: Iterable[Cell]) -> str:
        """Return the names of a few positions: "1.2.3 INTERPOL databases (Japan)"."""
        titles = {
            cell.commitment["code"]: cell.commitment["short_title"]
            for cell in self.cells
        }
        names = [
            f"{cell['commitment']} {titles[cell['commitment']]}"
            f" ({self.name_of_member(cell['member'])})"
            for cell in cells
        ]
        two = pgettext("a list of positions", "%(first)s; %(next)s")
        return reduce(lambda first, name: two % {"first": first, "next": name}, names)
