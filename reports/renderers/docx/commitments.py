"""Each commitment in the order of the plan, with the entries of the members."""

from typing import Final

from reports.renderers.docx.elements import (
    Block,
    Element,
    RunStyle,
    TableStyle,
    run,
    strong,
    words_cell,
)
from reports.renderers.docx.entry import full_entry, short_entry
from reports.renderers.docx.signs import position_cell
from reports.renderers.docx.story import OFFICIAL, WIDTH_MM, Story
from reports.renderers.outline import shown_actions
from reports.snapshot_schema import CommitmentRow, PositionRow

STRIP: Final = "EEF3F8"


def commitments_section(story: Story) -> None:
    """Write all commitments that the report shows."""
    story.section(story.labels["commitments"])
    for action in shown_actions(story.facts):
        story.heading(2, story.action_name(action))
        for area in action["sub_areas"]:
            if area["code"]:
                title = run(area["title"], OFFICIAL)
                story.heading(3, [run(f"{area['code']} "), title])
            for commitment in area["commitments"]:
                _commitment(story, commitment, is_in_area=bool(area["code"]))


def _commitment(story: Story, commitment: CommitmentRow, *, is_in_area: bool) -> None:
    # In an action without sub-areas, a commitment is one level higher.
    how = Block() if is_in_area else Block(outline=2)
    story.heading(
        4,
        [run(story.commitment_name(commitment))],
        anchor=f"commitment-{commitment['code']}",
        how=how,
    )
    told = [row for row in commitment["positions"] if row["entry"] is not None]
    if not told and all(row["change"] != "gone" for row in commitment["positions"]):
        story.write("Note", run(story.labels["nobody"]))
        return
    story.write("OfficialWording", run(commitment["text"], RunStyle(language="en")))
    _remarks(story, commitment)
    _strip(story, commitment)
    _without_entry(story, commitment)
    write_entry = short_entry if story.facts["layout"] == "compact" else full_entry
    how = Block() if is_in_area else Block(outline=3)
    for position in told:
        write_entry(story, commitment, position, how)


def _remarks(story: Story, commitment: CommitmentRow) -> None:
    labels = story.labels
    words = [labels["joint"]] if commitment["is_joint"] else []
    if commitment["instruments"]:
        names = ", ".join(commitment["instruments"])
        words.append(story.named(labels["instruments"], names))
    if words:
        story.write("Note", run(" · ".join(words)), how=Block(is_kept=True))


def _strip(story: Story, commitment: CommitmentRow) -> None:
    """Write the status of all members in one row, with marks and words."""
    if not story.is_of_many:
        return
    rows = commitment["positions"]
    header = [words_cell(row["member"], "MarkHeading") for row in rows]
    marks = [position_cell(story, row, fill=STRIP) for row in rows]
    width = WIDTH_MM / len(rows)
    story.table(TableStyle([width] * len(rows)), [header, marks])


def _without_entry(story: Story, commitment: CommitmentRow) -> None:
    """Write a line for those who have no entry, with what is known of them."""
    silent = [row for row in commitment["positions"] if row["entry"] is None]
    if not silent:
        return
    content: list[Element] = [
        strong(story.named(story.labels["parts"]["not_reported"], ""))
    ]
    said = story.signs.comma.join(_silent_words(story, row) for row in silent)
    story.write("Note", *content, run(f"{said}{story.signs.stop}"))


def _silent_words(story: Story, position: PositionRow) -> str:
    labels, words = story.labels, []
    if position["is_withdrawn"]:
        words.append(labels["changes"]["withdrawn"])
    elif position["change"] == "gone":
        words.append(labels["changes"]["gone"])
    if position["lead_authority"]:
        words.append(position["lead_authority"])
    if position["target_on"] is not None:
        words.append(f"{labels['target_on']} {position['target_on']['text']}")
    if position["is_overdue"]:
        words.append(labels["overdue"])
    name = story.members[position["member"]]
    signs = story.signs
    return name + signs.note(signs.comma.join(words)) if words else name
