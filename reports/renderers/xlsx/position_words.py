"""The marks of a position as characters, each with its words."""

from progress.positions.figures import Change, Part
from reports.label_schema import Labels
from reports.renderers.mark_characters import ARROWS, BALLS, TRIANGLE
from reports.snapshot_schema import EntryPart, PositionRow


def mark_of_change(change: Change) -> str:
    """Return the arrow of a change, or an empty text."""
    return ARROWS.get(change, "")


def status_words(part: Part | str, labels: Labels) -> str:
    """Return a status with its ball, or an empty text for none."""
    found = next((name for name in BALLS if name == part), None)
    return f"{BALLS[found]} {labels['parts'][found]}" if found else ""


def part_of(entry: EntryPart | None) -> Part:
    """Return the last known status, or that there is no entry."""
    return entry["status"] if entry else "not_reported"


def change_words(position: PositionRow, labels: Labels) -> str:
    """Return how a position has changed, with its arrow. Empty if it has not."""
    change = position["change"]
    if not change or change == "same":
        return ""
    name = "withdrawn" if position["is_withdrawn"] else change
    return f"{ARROWS[change]} {labels['changes'][name]}"


def risk_words(entry: EntryPart | None, labels: Labels) -> str:
    """Return the mark of risk with its words, or an empty text."""
    return f"{TRIANGLE} {labels['at_risk']}" if entry and entry["is_at_risk"] else ""


def position_words(
    position: PositionRow, entry: EntryPart | None, labels: Labels
) -> str:
    """Return all that the matrix says of a position, one mark on each line."""
    is_older = position["figure"] == "no_update"
    found = [
        status_words(part_of(entry), labels),
        labels["parts"]["no_update"] if is_older else "",
        risk_words(entry, labels),
        change_words(position, labels),
    ]
    return "\n".join(filter(None, found))
