"""What has changed since an earlier date, and what is at risk or past its date."""

from collections.abc import Callable
from typing import Final, Literal

from progress.positions.figures import Change
from reports.renderers.docx.elements import (
    Element,
    RunStyle,
    TableCell,
    TableStyle,
    cell,
    run,
    strong,
    styled,
    words_cell,
)
from reports.renderers.docx.figures import number_cell
from reports.renderers.docx.signs import ball, status_of
from reports.renderers.docx.story import WIDTH_MM, Story
from reports.renderers.entry_language import printed_language
from reports.renderers.mark_characters import ARROWS
from reports.renderers.markdown_blocks import first_sentence
from reports.snapshot_schema import Cell, FigureRow, PositionRow

ListName = Literal["moved_up", "moved_down", "other", "new", "gone"]
LISTS: Final[dict[Change, ListName]] = {
    "up": "moved_up",
    "down": "moved_down",
    "other": "other",
    "new": "new",
    "gone": "gone",
}
COUNTED: Final[tuple[Change, ...]] = (*LISTS, "same")
NAME_MM: Final = 34.0
NUMBER_MM: Final = 15.0


def changes(story: Story) -> None:
    """Write the changes: their numbers, and each of them."""
    facts, labels = story.facts, story.labels
    story.section(labels["changes_heading"])
    if facts["compared"] is None:
        story.write("Normal", run(labels["nothing_compared"]))
        return
    caption = labels["changes_caption"].replace("{since}", facts["compared"]["title"])
    story.caption(caption, "table-changes")
    _counts(story)
    # The compact layout has the arrows of the matrix only.
    if facts["layout"] == "full" or facts["kind"] == "changes":
        for change in LISTS:
            _listed(story, change)


def _counts(story: Story) -> None:
    labels, figures = story.labels, story.facts["figures"]
    header = [words_cell("", "TableHeading")]
    names = [labels["changes"][change] for change in COUNTED]
    names += [labels["parts"]["no_update"], labels["parts"]["not_reported"]]
    names.append(labels["cells"])
    header += [words_cell(name, "NumberHeading") for name in names]

    def line(row: FigureRow, *, is_total: bool = False) -> list[TableCell]:
        counts = [row["changes"][change] for change in COUNTED]
        counts += [row["parts"][name] for name in ("no_update", "not_reported")]
        counts.append(row["cells"])
        name = cell(story.row_name(row, is_strong=is_total))
        return [name, *(number_cell(count, is_total=is_total) for count in counts)]

    rows = [*figures["members"]] if len(figures["members"]) > 1 else []
    rows += figures["actions"] if len(figures["actions"]) > 1 else []
    lines = [header, *map(line, rows), line(figures["overall"], is_total=True)]
    widths = [NAME_MM, *[NUMBER_MM] * len(names)]
    # The name of this change is the longest.
    widths[1 + COUNTED.index("other")] += WIDTH_MM - sum(widths)
    story.table(TableStyle(widths, is_whole=True), lines)


def _listed(story: Story, change: Change) -> None:
    """Write a table of the positions that changed in one way."""
    cells = story.facts["lists"][LISTS[change]]
    if not cells:
        return
    labels = story.labels
    story.caption(f"{ARROWS[change]} {labels['changes'][change]}")
    names = (labels["code"], labels["commitment"], labels["members"])
    rows = [[words_cell(name, "TableHeading") for name in names]]
    for code in dict.fromkeys(item["commitment"] for item in cells):
        steps: list[Element] = []
        for item in cells:
            if item["commitment"] == code:
                steps += [run("\n")] if steps else []
                steps += _step(story, story.position_of(item))
        title = story.commitments[code]["short_title"]
        rows.append([cell(story.code(code)), words_cell(title), cell(*steps)])
    story.table(TableStyle((14, 62, WIDTH_MM - 76)), rows)


def _step(story: Story, position: PositionRow) -> list[Element]:
    """Return one change: the member, and its status before and now."""
    entry, before, parts = (
        story.entry_of(position),
        position["before"],
        story.labels["parts"],
    )
    found = [strong(story.members[position["member"]]), run(" ")]
    if before:
        found += [ball(before, is_older=True), run(f" {parts[before]}")]
    if before and entry:
        found.append(styled(" \N{RIGHTWARDS ARROW} ", "Quiet"))
    if entry:
        found += [ball(entry["status"]), run(f" {parts[entry['status']]}")]
    if position["is_withdrawn"]:
        found.append(run(story.signs.note(story.labels["changes"]["withdrawn"])))
    return found


# ---- At risk, and past the target date -----------------------------------------------


def risks(story: Story) -> None:
    """Write what is at risk and what is past its target date."""
    labels, lists = story.labels, story.facts["lists"]
    story.section(labels["risks"], runs_on=True)

    def obstacle(position: PositionRow) -> TableCell:
        entry = story.entry_of(position)
        words = first_sentence(entry["obstacles"]) if entry else ""
        if entry is None or not words:
            return cell(styled(labels["no_obstacle"], "Quiet"))
        return cell(run(words, RunStyle(language=printed_language(entry))))

    def day(position: PositionRow) -> TableCell:
        target = position["target_on"]
        return words_cell(target["text"] if target else "")

    story.caption(labels["risk_caption"], "table-risk")
    _list_table(story, lists["at_risk"], labels["obstacles"], 46, obstacle)
    story.caption(labels["overdue_caption"], "table-overdue")
    _list_table(story, lists["overdue"], labels["target_on"], 52, day)


def _list_table(
    story: Story,
    cells: list[Cell],
    last: str,
    title_mm: float,
    last_of: Callable[[PositionRow], TableCell],
) -> None:
    labels = story.labels
    if not cells:
        story.write("Normal", run(labels["none_listed"]))
        return
    names = [labels["code"], labels["commitment"]]
    names += [labels["member"]] if story.is_of_many else []
    names += [labels["status"], last]
    rows = [[words_cell(name, "TableHeading") for name in names]]
    for item in cells:
        position = story.position_of(item)
        entry = story.entry_of(position)
        part = status_of(entry)
        mark = ball(part, is_older=position["figure"] == "no_update")
        row = [
            cell(story.code(item["commitment"], item["member"])),
            words_cell(story.commitments[item["commitment"]]["short_title"]),
        ]
        if story.is_of_many:
            row.append(words_cell(story.members[item["member"]]))
        row += [cell(mark, run(f" {labels['parts'][part]}")), last_of(position)]
        rows.append(row)
    widths = [14, title_mm, *([30] if story.is_of_many else []), 38]
    story.table(TableStyle([*widths, WIDTH_MM - sum(widths)]), rows)
