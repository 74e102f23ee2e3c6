"""The marks of a position with their words, the arrows of changes, and the key."""

from progress.positions import drawings
from progress.positions.figures import PARTS
from reports.renderers.html.document import Document, filled
from reports.renderers.html.markup import Child, Markup, drawing, element
from reports.snapshot_schema import EntryPart, PositionRow

NOT_REPORTED = "not_reported"


def status_of(document: Document, position: PositionRow) -> str:
    """Return the last known status, or that there is none."""
    entry = document.entry_of(position)
    return entry["status"] if entry else NOT_REPORTED


def status_name(document: Document, position: PositionRow) -> str:
    return document.labels["parts"][status_of(document, position)]  # type: ignore[index]  # a part


def status_mark(document: Document, position: PositionRow) -> Markup:
    """Return the ball with the status in words."""
    return mark(
        status_of(document, position),
        status_name(document, position),
        is_older=position["figure"] == "no_update",
    )


def mark(status: str, words: Child, *, is_older: bool = False) -> Markup:
    """Return a ball with words beside it. An older position has a paler one."""
    return element(
        "span",
        drawing(drawings.ball(status)),
        element("span", words),
        class_="mark mark-past" if is_older else "mark",
    )


def at_risk_mark(document: Document) -> Markup:
    return element(
        "span",
        drawing(drawings.triangle()),
        document.labels["at_risk"],
        class_="at-risk",
    )


def change_mark(change: str, words: Child) -> Markup:
    return element("span", drawing(drawings.arrow(change)), words, class_="change mark")


def has_arrow(position: PositionRow) -> bool:
    """Return whether it has changed: what has not changed has no mark."""
    return position["change"] in drawings.CHANGES


def change_name(document: Document, position: PositionRow) -> str:
    name = "withdrawn" if position["is_withdrawn"] else position["change"]
    return document.labels["changes"][name]  # type: ignore[index]  # not empty


def other_words(document: Document, position: PositionRow) -> list[str]:
    """Return what a position's marks say beside its status."""
    entry, labels = document.entry_of(position), document.labels
    found = []
    if position["figure"] == "no_update":
        found.append(labels["parts"]["no_update"])
    if entry and entry["is_at_risk"]:
        found.append(labels["at_risk"])
    if has_arrow(position):
        found.append(change_name(document, position))
    return found


def words_of(document: Document, position: PositionRow) -> str:
    """Return all that a position's marks say."""
    return document.signs.comma.join(
        [status_name(document, position), *other_words(document, position)]
    )


def position_marks(document: Document, position: PositionRow) -> Markup:
    """Return the marks without words: risk, ball, change, each in its place.

    So the balls of a column are aligned. The words must be beside it.
    """
    entry = document.entry_of(position)
    is_older = position["figure"] == "no_update"
    return element(
        "span",
        _slot(drawings.triangle() if entry and entry["is_at_risk"] else "", "at-risk"),
        drawing(drawings.ball(status_of(document, position))),
        _slot(drawings.arrow(position["change"]) if has_arrow(position) else ""),
        class_="position-marks mark-past" if is_older else "position-marks",
    )


def _slot(svg: str, class_: str = "") -> Markup:
    return element("span", drawing(svg), class_=f"slot {class_}".strip())


def flags(document: Document, entry: EntryPart) -> list[str]:
    """Return what is special about an entry, in words."""
    labels = document.labels
    named = (
        (entry["is_late"], labels["late"]),
        (entry["is_correction"], labels["correction"]),
        (entry["shows_again"], labels["shows_again"]),
    )
    return [name for holds, name in named if holds]


def legend(document: Document) -> Markup:
    """Return how to read the marks. It names only those that can be there."""
    facts, labels = document.facts, document.labels
    items = [mark(part, labels["parts"][part]) for part in PARTS if part != "no_update"]
    if facts["figures"]["overall"]["parts"]["no_update"]:
        items.append(mark("limited", labels["older_mark"], is_older=True))
    items.append(at_risk_mark(document))
    if any(row["is_joint"] for row in document.commitments.values()):
        items.append(joint_mark(document))
    since = None
    if facts["compared"]:
        items += [
            change_mark(change, labels["changes"][change])  # type: ignore[index]  # a change
            for change in drawings.CHANGES
        ]
        words = filled(labels["arrows_note"], since=facts["compared"]["title"])
        since = element("li", words, class_="muted")
    return element(
        "ul",
        [element("li", item) for item in items],
        since,
        class_="legend",
        role="list",
        aria_label=labels["legend"],
    )


def joint_mark(document: Document) -> Markup:
    rings = drawing(drawings.joint())
    return element("span", rings, document.labels["joint"], class_="joint")


def joint_sign(document: Document) -> Markup:
    """Return the mark of a joint commitment. Only screen readers say its name."""
    name = element("span", document.labels["joint"], class_="visually-hidden")
    return element("span", drawing(drawings.joint()), name, class_="joint")
