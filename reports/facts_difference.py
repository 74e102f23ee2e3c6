"""What one report says differently from another: a pure function over their facts.

Both reports must be of one line. What is found is in these documents, so it shows
nothing new to a reader of both. `reports.comparison.sentences` puts it into words.

Facts that an older version stored have other names for some values. A value that only
one side has is not compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from progress.positions.figures import Status
from reports.scores.difference import (
    ScoresDifference,
    scores_difference,
    without_scores,
)

EntryChange = Literal[
    "new", "newer", "corrected", "shows_again", "withdrawn", "gone", "rewritten"
]
ENTRY_CHANGES: Final[tuple[EntryChange, ...]] = (
    "new",
    "newer",
    "corrected",
    "shows_again",
    "withdrawn",
    "gone",
    "rewritten",
)
TEXTS: Final = ("narrative", "next_steps", "obstacles")
# What follows from the rows, and changes with them.
DERIVED: Final = frozenset({"figures", "lists", "summary"})
# What this module compares row by row.
_COMPARED: Final = frozenset({"actions", "entries", "at"})


@dataclass(frozen=True)
class PlaceInReport:
    """One commitment of one member, as the later report names it."""

    commitment: str
    short_title: str
    member: str
    member_name: str

    def __str__(self) -> str:
        return f"{self.commitment} {self.short_title} ({self.member_name})"


@dataclass(frozen=True)
class ChangedEntry:
    """Another entry at a place, none any more, or the same one with other words."""

    place: PlaceInReport
    change: EntryChange
    # Statuses; empty without an entry.
    before: Status | Literal[""]
    after: Status | Literal[""]

    @property
    def is_moved(self) -> bool:
        """Whether both sides have a status, and these differ."""
        return bool(self.before and self.after and self.before != self.after)


@dataclass(frozen=True)
class ChangedValue:
    """A value that was printed otherwise. It is empty where there was none."""

    place: PlaceInReport
    before: str
    after: str


@dataclass(frozen=True)
class ChangedTitle:
    """A title or wording of the plan. `code` is empty for the plan itself."""

    code: str
    before: str
    after: str


@dataclass
class FactsDifference:
    """What the later facts say differently, in the order of plan and of protocol."""

    entries: list[ChangedEntry] = field(default_factory=list)
    leads: list[ChangedValue] = field(default_factory=list)
    targets: list[ChangedValue] = field(default_factory=list)
    # Places that differ only in a mark: late, at risk, overdue, evidence.
    marks: list[PlaceInReport] = field(default_factory=list)
    titles: list[ChangedTitle] = field(default_factory=list)
    # Codes and short titles of commitments that only one side has.
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    # The days of which the reports are, as printed; empty if equal.
    at_before: str = ""
    at_after: str = ""
    scores: ScoresDifference = field(default_factory=ScoresDifference)
    # The names of other parts of the facts that differ.
    parts: list[str] = field(default_factory=list)

    @property
    def moved(self) -> list[ChangedEntry]:
        """The places whose status has changed."""
        return [row for row in self.entries if row.is_moved]

    def changed(self, change: EntryChange) -> list[ChangedEntry]:
        return [row for row in self.entries if row.change == change]

    @property
    def is_empty(self) -> bool:
        return self.scores.is_empty and not (
            self.has_rows or self.titles or self.at_after or self.parts
        )

    @property
    def has_rows(self) -> bool:
        """Whether a row of a member or a commitment differs."""
        return bool(
            self.entries
            or self.leads
            or self.targets
            or self.marks
            or self.added
            or self.removed
        )


def difference_of(
    earlier: Mapping[str, Any], later: Mapping[str, Any]
) -> FactsDifference:
    """Return what the later facts say differently from the earlier ones.

    It is empty only if the facts are equal.
    """
    found = FactsDifference()
    if earlier == later:
        return found
    if earlier["at"]["iso"] != later["at"]["iso"]:
        found.at_before, found.at_after = earlier["at"]["text"], later["at"]["text"]
    found.titles += _changed_titles(earlier, later)
    _compare_rows(found, earlier, later)
    found.scores = scores_difference(earlier, later)
    found.parts += _other_parts(found, earlier, later)
    if found.is_empty:
        found.parts.append("form")
    return found


def _compare_rows(
    found: FactsDifference, earlier: Mapping[str, Any], later: Mapping[str, Any]
) -> None:
    names = {row["code"]: row["name"] for row in later["members"]}
    old, new = _commitments(earlier), _commitments(later)
    found.added += [_named(row) for code, row in new.items() if code not in old]
    found.removed += [_named(row) for code, row in old.items() if code not in new]
    for code, row in new.items():
        if code not in old:
            continue
        before = {cell["member"]: cell for cell in old[code]["positions"]}
        for cell in row["positions"]:
            if cell["member"] in before:
                member = cell["member"]
                place = PlaceInReport(code, row["short_title"], member, names[member])
                sides = (
                    _Side(before[member], earlier["entries"]),
                    _Side(cell, later["entries"]),
                )
                _compare_places(found, place, *sides)


class _Side:
    """One side of a place: its position and its entry."""

    def __init__(self, position: Mapping[str, Any], entries: Mapping[str, Any]) -> None:
        self.position = position
        self.key: str | None = position["entry"]
        self.entry: Mapping[str, Any] = entries[self.key] if self.key else {}

    @property
    def status(self) -> Status | Literal[""]:
        status: Status | Literal[""] = self.entry.get("status", "")
        return status

    @property
    def target(self) -> str:
        target = self.position["target_on"]
        return target["text"] if target else ""

    def marks(self, *, with_overdue: bool) -> dict[str, Any]:
        """Return what is printed beside the entry's words, the lead and the target."""
        marks = {
            "is_current": self.position["figure"] == "current",
            "entry": {
                name: value for name, value in self.entry.items() if name not in TEXTS
            },
        }
        if with_overdue:
            marks["is_overdue"] = self.position["is_overdue"]
        return marks


def _compare_places(
    found: FactsDifference, place: PlaceInReport, before: _Side, after: _Side
) -> None:
    change = _entry_change(before, after)
    if change:
        row = ChangedEntry(place, change, before.status, after.status)
        found.entries.append(row)
    lead = (before.position["lead_authority"], after.position["lead_authority"])
    if lead[0] != lead[1]:
        found.leads.append(ChangedValue(place, *lead))
    target = (before.target, after.target)
    if is_other_target := target[0] != target[1]:
        found.targets.append(ChangedValue(place, *target))
    sides = (side.marks(with_overdue=not is_other_target) for side in (before, after))
    if not change and differs(*sides):
        found.marks.append(place)


def _entry_change(before: _Side, after: _Side) -> EntryChange | None:
    if before.key == after.key:
        is_same = all(before.entry.get(text) == after.entry.get(text) for text in TEXTS)
        return None if is_same else "rewritten"
    if not before.key:
        return "new"
    if not after.key:
        return "withdrawn" if after.position.get("is_withdrawn") else "gone"
    if after.entry.get("shows_again"):
        return "shows_again"
    return "corrected" if after.entry.get("is_correction") else "newer"


def _commitments(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the commitments by code, in the order of the plan."""
    return {
        row["code"]: row
        for action in facts["actions"]
        for area in action["sub_areas"]
        for row in area["commitments"]
    }


def _named(commitment: Mapping[str, Any]) -> str:
    return f"{commitment['code']} {commitment['short_title']}"


def _changed_titles(
    earlier: Mapping[str, Any], later: Mapping[str, Any]
) -> Iterator[ChangedTitle]:
    before = dict(_titles(earlier))
    for name, title in _titles(later):
        if name in before and before[name] != title:
            yield ChangedTitle(name[1], before[name], title)


def _titles(facts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each title and wording by what it is and the code of its part."""
    yield ("title", ""), facts["title"]
    yield ("plan", ""), facts["plan"]["title"]
    yield ("scope", ""), facts["scope"]["title"]
    if facts["stocktake"]:
        yield ("stocktake", ""), facts["stocktake"]["title"]
    for action in facts["actions"]:
        yield ("action", action["code"]), action["heading"]
        for area in action["sub_areas"]:
            if area["code"]:
                yield ("sub_area", area["code"]), area["title"]
    for code, row in _commitments(facts).items():
        yield ("short_title", code), row["short_title"]
        yield ("text", code), row["text"]


def _other_parts(
    found: FactsDifference, earlier: Mapping[str, Any], later: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the parts of the facts that differ and that nothing else explains."""
    if not found.scores.is_empty:
        earlier, later = without_scores(earlier), without_scores(later)
    left_out = set(_COMPARED)
    if found.has_rows or found.titles or found.at_after:
        left_out |= DERIVED | {"scores"}
    if found.titles:
        left_out |= {"title", "plan", "scope", "stocktake"}
    for name in later:
        if name in left_out or name not in earlier:
            continue
        if differs(earlier[name], later[name]):
            yield name


def differs(before: Any, after: Any) -> bool:
    """Return whether two values differ, by what both sides have a name for."""
    if isinstance(before, dict) and isinstance(after, dict):
        shared = before.keys() & after.keys()
        return any(differs(before[name], after[name]) for name in shared)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) != len(after) or any(map(differs, before, after))
    return bool(before != after)
