"""What the chapters on scores of two reports of one line say differently.

It is a pure function over their facts. A table that only one report has is named as a
whole. Averages and ranks follow from the scores, and are not named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from progress.assessments.arithmetic import ScoreValue


@dataclass(frozen=True)
class ChangedScoreTable:
    """Another table of a body. A text is empty for a report that has no table of it."""

    body: str  # its name
    before: str  # sentences: "Interim scores, released on …"
    after: str


@dataclass(frozen=True)
class ChangedScore:
    """A score that another table of the same body has changed."""

    body: str  # its name
    commitment: str
    short_title: str
    member: str
    member_name: str
    before: ScoreValue
    after: ScoreValue

    def __str__(self) -> str:
        place = f"{self.commitment} {self.short_title} ({self.member_name})"
        return f"{self.body}, {place}"


@dataclass
class ScoresDifference:
    """What differs, by body and then in the order of plan and of protocol."""

    tables: list[ChangedScoreTable] = field(default_factory=list)
    scores: list[ChangedScore] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.tables or self.scores)

    @property
    def added(self) -> list[ChangedScoreTable]:
        return [table for table in self.tables if not table.before]

    @property
    def removed(self) -> list[ChangedScoreTable]:
        return [table for table in self.tables if not table.after]

    @property
    def replaced(self) -> list[ChangedScoreTable]:
        return [table for table in self.tables if table.before and table.after]


def scores_difference(
    earlier: Mapping[str, Any], later: Mapping[str, Any]
) -> ScoresDifference:
    """Return what the scores of the later facts say differently."""
    found = ScoresDifference()
    old, new = _tables(earlier), _tables(later)
    for code, table in new.items():
        before = old.get(code)
        if before is None:
            found.tables.append(ChangedScoreTable(table["name"], "", table["about"]))
            continue
        if before["id"] != table["id"]:
            texts = before["about"], table["about"]
            found.tables.append(ChangedScoreTable(table["name"], *texts))
        found.scores += _changed_scores(before, table)
    found.tables += [
        ChangedScoreTable(table["name"], table["about"], "")
        for code, table in old.items()
        if code not in new
    ]
    return found


def _tables(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the tables by body. Facts without scores have none."""
    tables = facts["scores"]["tables"] if "scores" in facts else []
    return {table["code"]: table for table in tables}


def _changed_scores(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[ChangedScore]:
    """Yield the scores of commitments that both tables have."""
    old = {row["code"]: row["cells"] for row in before["commitments"]}
    for row in after["commitments"]:
        for member in after["members"] if row["code"] in old else []:
            code = member["code"]
            scores = (cells.get(code, "") for cells in (old[row["code"]], row["cells"]))
            was, now = scores
            if was != now:
                place = row["code"], row["name"], code, member["name"]
                yield ChangedScore(after["name"], *place, was, now)


def without_scores(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts without the chapter, and without its part of the method."""
    if "scores" not in facts:
        return facts
    heading = facts["scores"]["labels"]["heading"]
    method = [part for part in facts["method"] if part["heading"] != heading]
    kept = {name: value for name, value in facts.items() if name != "scores"}
    return {**kept, "method": method}
