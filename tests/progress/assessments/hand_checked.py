"""A small table of scores with figures that were worked out by hand.

Both files beside this one were written by hand, and no code has made them. Two members
have an average of exactly 0.125, two of exactly -0.625; one has a percentage of exactly
62.5. The European Union has nothing but "not applicable", and no one has scored 3.1.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from progress.assessments.figures import ScoredLine

FOLDER = Path(__file__).parent
TYPED = {"+1": "1", "0": "0", "-1": "-1", "n/a": "not_applicable", "": ""}


class ExpectedFigure(NamedTuple):
    """A figure as it was worked out by hand. Texts are empty where there is nothing."""

    kind: str
    area: str
    name: str
    scored: int
    # The sum of the scores; not for means of averages.
    points: int | None
    average: str
    percentage: str
    rank: str


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TABLE = _rows("hand_checked_table.csv")
MEMBERS = [name for name in TABLE[0] if name != "commitment"]
CODES = [row["commitment"] for row in TABLE]
LINES = [
    ScoredLine(code, code[0], code[:3] if code.count(".") == 2 else "")
    for code in CODES
]
SCORES = {
    (row["commitment"], member): TYPED[row[member]]
    for row in TABLE
    for member in MEMBERS
}
EXPECTED = [
    ExpectedFigure(
        row["kind"],
        row["area"],
        row["name"],
        int(row["scored"]),
        int(row["points"]) if row["points"] else None,
        row["average"],
        row["percentage"],
        row["rank"],
    )
    for row in _rows("hand_checked_figures.csv")
]
