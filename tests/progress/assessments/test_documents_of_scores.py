"""The example and the table of differences in docs/scores.md are true."""

import re

from progress.assessments.differences import DIFFERENCES
from progress.assessments.figures import ScoredLine, figures_of
from progress.assessments.text import (
    average_text,
    percentage_text,
    rank_text,
    score_text,
)
from progress.models import Status
from tests.source_files import ROOT

TEXT = (ROOT / "docs/scores.md").read_text("utf-8")
SCORES = {"+1": "1", "0": "0", "\N{MINUS SIGN}1": "-1", "n/a": "not_applicable"}


def table_below(heading: str) -> list[list[str]]:
    """Return the rows of the first table after a heading, without its line."""
    rows = re.findall(
        r"^\|(.*)\|$", TEXT.split(heading)[1].split("\n#")[0], re.MULTILINE
    )
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return [cells[0], *cells[2:]]


def test_the_example_is_true():
    headings, *rows = table_below("### An example")
    members = headings[1:4]
    lines = [ScoredLine(row[0], row[0][0], row[0][:-2]) for row in rows[:3]]
    scores = {
        (row[0], member): SCORES.get(text, "")
        for row in rows[:3]
        for member, text in zip(members, row[1:4], strict=True)
    }
    figures = figures_of(lines, members, scores)
    for row in rows[:3]:
        one = figures.commitments[row[0]]
        printed = [average_text(one), percentage_text(one), rank_text(one.rank)]
        assert row[4:] == printed
    of_members = [figures.members[member] for member in members]
    assert rows[3][1:4] == [average_text(one) for one in of_members]
    assert rows[4][1:4] == [percentage_text(one) for one in of_members]
    assert rows[5][1:4] == [rank_text(one.rank) for one in of_members]
    means = TEXT.split("The mean of all scored cells is")[1].split("\n#")[0]
    assert re.findall(r"= (\d\.\d\d)", means) == [
        average_text(mean) for mean in figures.means.values()
    ]


def test_the_table_of_differences_is_that_of_the_code():
    _headings, *rows = table_below("## Beside the self-reports")
    assert len(rows) == 6
    for label, _fits, slight, strong in rows:
        status = next(
            (each for each in Status if str(each.label) == label), "not_reported"
        )
        found = {
            degree: {
                score_text(score)
                for (of, score), difference in DIFFERENCES.items()
                if of == status
                and difference.degree == degree
                # The sentence below the table says this of every status.
                and score != "not_applicable"
            }
            for degree in ("slight", "strong")
        }
        assert found["slight"] == set(filter(None, slight.split(", ")))
        assert found["strong"] == set(filter(None, strong.split(", ")))
