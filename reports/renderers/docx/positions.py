"""The positions of one member: what the matrix is for many."""

from reports.renderers.docx.elements import (
    TableCell,
    TableStyle,
    cell,
    run,
    strong,
    words_cell,
)
from reports.renderers.docx.signs import (
    change_name,
    marks_of_position,
    status_of,
)
from reports.renderers.docx.story import Story
from reports.renderers.mark_characters import ARROWS
from reports.snapshot_schema import CommitmentRow


def positions(story: Story) -> None:
    """Write the table of positions."""
    labels = story.labels
    names = ("code", "commitment", "status", "change", "entry_as_of", "target_on")
    rows = [[words_cell(labels[name], "TableHeading") for name in names]]  # type: ignore[literal-required]
    rows += [_position_row(story, row) for row in story.commitments.values()]
    story.caption(labels["positions_caption"], "table-matrix")
    story.table(TableStyle((14, 80, 55, 40, 28, 44)), rows)


def _position_row(story: Story, commitment: CommitmentRow) -> list[TableCell]:
    position = commitment["positions"][0]
    entry, target = story.entry_of(position), position["target_on"]
    has_arrow = position["change"] in ARROWS
    status = story.labels["parts"][status_of(entry)]
    if position["figure"] == "no_update":
        status += story.signs.note(story.labels["older_bar"])
    day = target["text"] if target else ""
    if position["is_overdue"]:
        day += story.signs.note(story.labels["overdue"])
    return [
        cell(story.code(commitment["code"])),
        words_cell(commitment["short_title"]),
        cell(*marks_of_position(story, position), run(f"  {status}")),
        words_cell(change_name(story, position) if has_arrow else ""),
        words_cell(entry["as_of"]["text"] if entry else ""),
        cell(strong(day)) if position["is_overdue"] else words_cell(day),
    ]
