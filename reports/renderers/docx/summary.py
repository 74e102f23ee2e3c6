"""The executive summary: sentences, pictures, and the first rows of lists."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from reports.renderers.docx.elements import Element, RunStyle, run, strong, styled
from reports.renderers.docx.figures import (
    add_picture,
    moved_bars,
    moved_table,
    standing_bars,
)
from reports.renderers.docx.story import Story
from reports.renderers.entry_language import printed_language
from reports.renderers.markdown_blocks import first_sentence
from reports.snapshot_schema import (
    BlockName,
    Cell,
    PositionRow,
    Sentence,
)

# The lists of the summary show their first rows only.
MOST_ROWS: Final = 10
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def summary(story: Story) -> None:
    """Write the summary."""
    story.section(story.labels["summary"])
    for part in story.facts["summary"]:
        story.write("SummaryHeading", run(part["heading"]))
        words: list[Element] = []
        for sentence in part["sentences"]:
            if words:
                words.append(run(story.signs.gap))
            words += _sentence(story, sentence)
        story.write("Normal", *words)
        below = BELOW.get(part["name"])
        if below and story.facts["entries"]:
            below(story)


def _sentence(story: Story, sentence: Sentence) -> Iterable[Element]:
    """Yield a sentence, with each of its numbers linked to the table that shows it."""
    said = sentence["template"]
    for name, words in sentence["names"].items():
        said = said.replace(f"{{{name}}}", words)
    start = 0
    for found in PLACEHOLDER.finditer(said):
        number = sentence["numbers"].get(found[1])
        if number is None:
            continue
        if found.start() > start:
            yield run(said[start : found.start()])
        yield story.reference(sentence["table"], str(number), "Strong")
        start = found.end()
    if start < len(said):
        yield run(said[start:])


def _standing(story: Story) -> None:
    figures, labels = story.facts["figures"], story.labels
    bars = standing_bars(story, [figures["overall"]])
    add_picture(story, "standing", labels["figure_standing"], bars)
    _its_table(story, "table-mix", labels["status_mix"])
    if len(figures["members"]) > 1:
        bars = standing_bars(story, figures["members"])
        add_picture(story, "members", labels["figure_members"], bars)
        _its_table(story, "table-members", labels["by_member"])


def _its_table(story: Story, anchor: str, name: str) -> None:
    """Write a link to the table that has the numbers of a picture."""
    words = story.named(story.labels["table"], "")
    story.write("Note", run(words), story.reference(anchor, name))


def _moved(story: Story) -> None:
    compared = story.facts["compared"]
    if compared is not None:
        bars = moved_bars(story, compared["title"])
        add_picture(story, "moved", story.labels["figure_moved"], bars)
        moved_table(story, compared["title"])


def _at_risk(story: Story) -> None:
    def obstacle(position: PositionRow) -> Element:
        entry = story.entry_of(position)
        words = first_sentence(entry["obstacles"]) if entry else ""
        if entry is None or not words:
            return styled(story.labels["no_obstacle"], "Quiet")
        return run(words, RunStyle(language=printed_language(entry)))

    _first_rows(story, story.facts["lists"]["at_risk"], "table-risk", obstacle)


def _overdue(story: Story) -> None:
    def day_and_status(position: PositionRow) -> Element:
        entry, target = story.entry_of(position), position["target_on"]
        words = [target["text"]] if target else []
        if entry:
            words.append(story.labels["parts"][entry["status"]])
        return run(story.signs.comma.join(words))

    _first_rows(story, story.facts["lists"]["overdue"], "table-overdue", day_and_status)


def _first_rows(
    story: Story,
    cells: list[Cell],
    anchor: str,
    said: Callable[[PositionRow], Element],
) -> None:
    """Write the first rows of a list, and where the others are."""
    for item in cells[:MOST_ROWS]:
        title = story.commitments[item["commitment"]]["short_title"]
        content = [story.code(item["commitment"]), run("\t")]
        if story.is_of_many:
            content += [
                strong(story.members[item["member"]]),
                run(story.signs.comma),
            ]
        content.append(run(story.named(title, "")))
        story.write("SummaryRow", *content, said(story.position_of(item)))
    if len(cells) > MOST_ROWS:
        words = story.labels["all_rows"].replace("{count}", str(len(cells)))
        story.write("Note", story.reference(anchor, words))


BELOW: Final[dict[BlockName, Callable[[Story], None]]] = {
    "standing": _standing,
    "moved": _moved,
    "at_risk": _at_risk,
    "overdue": _overdue,
}
