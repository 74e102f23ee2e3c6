"""Commitments by members, with marks and words in each cell and totals at the sides."""

from typing import Final

from progress.positions.figures import PARTS
from reports.renderers.docx.elements import (
    Element,
    TableCell,
    TableStyle,
    cell,
    paragraph,
    run,
    strong,
    styled,
    words_cell,
)
from reports.renderers.docx.figures import number_cell
from reports.renderers.docx.signs import arrow, ball, position_cell, risk
from reports.renderers.docx.story import OFFICIAL, WIDE_MM, Story
from reports.renderers.mark_characters import ARROWS
from reports.snapshot_schema import ActionRow, CommitmentRow, FigureRow

NAME_MM: Final = 60.0
TOTAL_MM: Final = 18.0
TOTALS: Final = 3
# Between a mark and its words.
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
BAND: Final = "DCE6F1"
BAND_OF_AREA: Final = "EEF3F8"


def matrix(story: Story) -> None:
    """Write the matrix, after how to read its marks."""
    labels, facts = story.labels, story.facts
    story.section(labels["matrix"])
    legend(story)
    story.caption(labels["matrix_caption"], "table-matrix")
    count = len(facts["members"])
    width = (WIDE_MM - NAME_MM - TOTALS * TOTAL_MM) / count
    widths = [NAME_MM, *[width] * count, *[TOTAL_MM] * TOTALS]
    rows = [_header(story)]
    for action in facts["actions"]:
        rows += _rows_of_action(story, action)
    names = (labels["with_entry"], labels["parts"]["implemented"], labels["at_risk"])
    rows += [_total_row(story, number, name) for number, name in enumerate(names)]
    story.table(TableStyle(widths, description=labels["matrix_caption"]), rows)
    names_of_codes = (f"{row['code']} {row['name']}" for row in facts["members"])
    story.write("Note", run(" · ".join(names_of_codes)))


def legend(story: Story) -> None:
    """Write how to read the marks. Only marks that can be there are named."""
    labels, facts = story.labels, story.facts
    items: list[list[Element]] = [
        [ball(part), run(f"{NO_BREAK}{labels['parts'][part]}")]
        for part in PARTS
        if part != "no_update"
    ]
    if facts["figures"]["overall"]["parts"]["no_update"]:
        items.append(
            [ball("limited", is_older=True), run(f"{NO_BREAK}{labels['older_mark']}")]
        )
    items.append([risk(), run(f"{NO_BREAK}{labels['at_risk']}")])
    if facts["compared"]:
        items += [
            [arrow(it), run(f"{NO_BREAK}{labels['changes'][it]}")] for it in ARROWS
        ]
        note = labels["arrows_note"].replace("{since}", facts["compared"]["title"])
        items.append([run(note)])
    content = [strong(story.named(labels["legend"], ""))]
    for item in items:
        content += [*item, run("    ")]
    story.write("Note", *content)


def _header(story: Story) -> list[TableCell]:
    labels = story.labels
    return [
        words_cell(labels["commitment"], "TableHeading"),
        *(words_cell(row["code"], "MarkHeading") for row in story.facts["members"]),
        words_cell(labels["with_entry"], "MarkHeading"),
        words_cell(labels["parts"]["implemented"], "MarkHeading"),
        words_cell(labels["at_risk"], "MarkHeading"),
    ]


def _rows_of_action(story: Story, action: ActionRow) -> list[list[TableCell]]:
    span = 1 + len(story.facts["members"]) + TOTALS
    name = paragraph("TableBand", [*story.action_name(action)])
    rows = [[TableCell([name], span, BAND)]]
    for area in action["sub_areas"]:
        if area["code"]:
            words = [run(f"{area['code']} "), run(area["title"], OFFICIAL)]
            band = paragraph("TableBand", words)
            rows.append([TableCell([band], span, BAND_OF_AREA)])
        rows += [_row(story, commitment) for commitment in area["commitments"]]
    return rows


def _row(story: Story, commitment: CommitmentRow) -> list[TableCell]:
    name = [story.code(commitment["code"]), run(f" {commitment['short_title']}")]
    if commitment["is_joint"]:
        name.append(styled(story.signs.note(story.labels["joint"]), "Quiet"))
    figures = story.facts["figures"]["commitments"]
    totals = next(row for row in figures if row["code"] == commitment["code"])
    return [
        cell(*name),
        *(position_cell(story, position) for position in commitment["positions"]),
        *(number_cell(count, style="TableCount") for count in _totals(totals)),
    ]


def _totals(row: FigureRow) -> tuple[int, int, int]:
    with_entry = row["cells"] - row["parts"]["not_reported"]
    return with_entry, row["in_all"]["implemented"], row["at_risk_in_all"]


def _total_row(story: Story, number: int, name: str) -> list[TableCell]:
    """Return a row of totals below the members. The corner has the totals of all."""
    figures = story.facts["figures"]
    corner = [words_cell("") for _ in range(TOTALS)]
    total = _totals(figures["overall"])[number]
    corner[number] = number_cell(total, is_total=True, style="TableCount")
    counts = [
        number_cell(_totals(row)[number], style="TableCount")
        for row in figures["members"]
    ]
    return [cell(strong(name)), *counts, *corner]
