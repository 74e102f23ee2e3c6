"""The marks of a position as characters, each beside its words."""

from progress.positions.figures import Before, Change, Part
from reports.renderers.docx.elements import (
    Element,
    TableCell,
    paragraph,
    run,
    styled,
)
from reports.renderers.docx.story import Story
from reports.renderers.mark_characters import ARROWS, BALLS, TRIANGLE
from reports.snapshot_schema import EntryPart, HandlingLabel, PositionRow


def tlp(handling: HandlingLabel, *, is_small: bool = False) -> Element:
    """Return a handling mark in its colours."""
    style = f"TLP{'Small' if is_small else ''}{handling.title()}"
    return styled(f"TLP:{handling.upper()}", style)


def ball(part: Part, *, is_older: bool = False) -> Element:
    """Return the mark of a status. An older one is paler."""
    return styled(BALLS[part], "OlderMark" if is_older else "Mark")


def arrow(change: Change) -> Element:
    """Return the mark of a change."""
    return styled(ARROWS[change], "ArrowMark")


def risk() -> Element:
    """Return the mark of what is at risk."""
    return styled(TRIANGLE, "RiskMark")


def status_of(entry: EntryPart | None) -> Before:
    """Return the last known status of a position, as a part."""
    return entry["status"] if entry else "not_reported"


def change_name(story: Story, position: PositionRow) -> str:
    """Return how a position has changed."""
    if position["is_withdrawn"]:
        return story.labels["changes"]["withdrawn"]
    change = position["change"]
    return story.labels["changes"][change] if change else ""


def change_words(story: Story, position: PositionRow) -> str:
    """Return how a position has changed, and from which status."""
    words, entry = change_name(story, position), story.entry_of(position)
    before = position["before"]
    if before and entry and before != entry["status"]:
        status = story.labels["parts"][before]
        words += f" {story.labels['from_status'].replace('{status}', status)}"
    return words


def flags_of(story: Story, position: PositionRow, entry: EntryPart) -> list[str]:
    """Return the words that mark an entry: no update, late, correction, reinstated."""
    labels = story.labels
    flags = (
        (position["figure"] == "no_update", labels["parts"]["no_update"]),
        (entry["is_late"], labels["late"]),
        (entry["is_correction"], labels["correction"]),
        (entry["shows_again"], labels["shows_again"]),
    )
    return [words for is_set, words in flags if is_set]


def marks_of_position(story: Story, position: PositionRow) -> list[Element]:
    """Return the marks of a position in a row: its risk, status and change."""
    entry = story.entry_of(position)
    is_older = position["figure"] == "no_update"
    found = [risk(), run(" ")] if entry and entry["is_at_risk"] else []
    found.append(ball(status_of(entry), is_older=is_older))
    if position["change"] in ARROWS:
        found += [run(" "), arrow(position["change"])]
    return found


def words_of_position(story: Story, position: PositionRow) -> str:
    """Return the status of a position in a word or two, for a narrow cell."""
    entry, labels = story.entry_of(position), story.labels
    if entry is None:
        return labels["parts"]["not_reported"]
    words = labels["document"]["short_statuses"][entry["status"]]
    is_older = position["figure"] == "no_update"
    return words + story.signs.note(labels["older_bar"]) if is_older else words


def position_cell(story: Story, position: PositionRow, fill: str = "") -> TableCell:
    """Return the marks of a position, with its status in words below."""
    marks = paragraph("TableMark", marks_of_position(story, position))
    words = paragraph("TableWord", [run(words_of_position(story, position))])
    return TableCell([marks, words], fill=fill)
