"""The scores of assessing bodies: a heading and tables for each body."""

from collections.abc import Sequence
from typing import Final

from reports.renderers.docx.elements import (
    TableCell,
    TableStyle,
    cell,
    run,
    strong,
    words_cell,
)
from reports.renderers.docx.story import WIDE_MM, WIDTH_MM, Story
from reports.renderers.scores import (
    PrintedBody,
    PrintedScores,
    legend_of,
    printed_bodies,
)

# The share of a column of words, where one of numbers has 1.
SHARE: Final = 2.2
# The first column of the table of scores, and its last three.
NAME_MM: Final = 76.0
END_MM: Final = 22.0
ENDS: Final = 3


def scores(story: Story) -> None:
    """Write the scores under a heading."""
    labels = story.facts["scores"]["labels"]
    story.section(labels["heading"])
    for sentence in labels["intro"]:
        story.write("BodyText", run(sentence))
    legend = story.named(labels["legend"], legend_of(story.facts))
    story.write("Note", run(legend))
    for body in printed_bodies(story.facts):
        _write_body(story, body)


def _write_body(story: Story, body: PrintedBody) -> None:
    story.heading(2, [run(body.heading)], anchor=f"scores-{body.key}")
    for sentence in body.sentences:
        story.write("BodyText", run(sentence))
    for table in body.tables:
        story.caption(table.caption, f"table-{table.name}-{body.key}")
        rows = [_row(table.heads, "TableHeading")]
        rows += [_row(cells, "TableText") for cells in table.rows]
        rows += [[cell(strong(text)) for text in cells] for cells in table.foot]
        how = TableStyle(_widths(table), description=table.caption)
        story.table(how, rows)
        if table.name == "scores":
            story.write("Note", run(body.names))


def _row(cells: Sequence[str], style: str) -> list[TableCell]:
    return [words_cell(text, style) for text in cells]


def _widths(table: PrintedScores) -> list[float]:
    count = len(table.heads)
    if table.name == "scores":
        inner = count - 1 - ENDS
        rest = (WIDE_MM - NAME_MM - ENDS * END_MM) / inner
        return [NAME_MM, *[rest] * inner, *[END_MM] * ENDS]
    shares = [SHARE if place in table.wide else 1.0 for place in range(count)]
    unit = WIDTH_MM / sum(shares)
    return [unit * share for share in shares]
