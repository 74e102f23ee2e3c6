"""Who has no entry, no update, repeated words or late entries: a row a member."""

from typing import Final, Literal

from reports.renderers.docx.elements import (
    Element,
    TableCell,
    TableStyle,
    cell,
    run,
    strong,
    styled,
    words_cell,
)
from reports.renderers.docx.story import WIDTH_MM, Story

GapName = Literal["none", "no_update", "repeated", "late"]
MEMBER_MM: Final = 32.0
WIDE: Final = frozenset({"none", "no_update"})


def gaps(story: Story) -> None:
    """Write the gaps under a heading."""
    story.section(story.labels["gaps"])
    gaps_table(story)


def gaps_table(story: Story) -> None:
    """Write the table of gaps, and how its columns are counted."""
    labels, facts = story.labels, story.facts
    columns: dict[GapName, str] = {"none": labels["parts"]["not_reported"]}
    if facts["stocktake"] is not None:
        columns["no_update"] = labels["parts"]["no_update"]
    columns |= {"repeated": labels["repeated"], "late": labels["late"]}
    header = [words_cell(labels["member"], "TableHeading")]
    header += [words_cell(name, "TableHeading") for name in columns.values()]
    rows = [
        [
            cell(strong(story.members[row["member"]])),
            *(_codes(story, row[name]) for name in columns),
        ]
        for row in facts["lists"]["gaps"]
    ]
    shares = [2 if name in WIDE else 1 for name in columns]
    unit = (WIDTH_MM - MEMBER_MM) / sum(shares)
    story.caption(labels["gaps_caption"], "table-gaps")
    story.table(TableStyle([MEMBER_MM, *(unit * it for it in shares)]), [header, *rows])
    story.write("Note", run(labels["gaps_note"]))


def _codes(story: Story, found: list[str]) -> TableCell:
    """Return a cell with the number of commitments, and their codes."""
    if not found:
        return cell(styled("\N{EN DASH}", "Quiet"))
    content: list[Element] = [strong(str(len(found))), run("  ")]
    if len(found) == len(story.commitments):
        return cell(*content, run(story.labels["all_commitments"]))
    for number, code in enumerate(found):
        content += [run(story.signs.comma)] if number else []
        content.append(story.code(code))
    return cell(*content)
