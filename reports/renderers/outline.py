"""Says which parts of a report are printed: sections, tables and commitments.

The rules are those of `templates/data.typ`. A link to anything else would lead nowhere.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from reports.kinds import Section
from reports.snapshot_schema import ActionRow, CommitmentRow, Facts, SubAreaRow

OVERVIEWS: Final = ("summary", "matrix", "mix", "changes")
# Scores are no section of a kind: a report has them if there are any to read.
PrintedSection = Section | Literal["scores"]
# They come before the first of these.
AFTER_SCORES: Final = frozenset({"gaps", "entries", "acronyms", "method"})
# A report of so few commitments is short in any layout.
MOST_OF_SMALL: Final = 8


def commitments_in(facts: Facts) -> Iterator[CommitmentRow]:
    """Yield the commitments in scope, in the order of the plan."""
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            yield from area["commitments"]


def is_small(facts: Facts) -> bool:
    """Return whether a report has few commitments."""
    return sum(1 for _ in commitments_in(facts)) <= MOST_OF_SMALL


def is_short(facts: Facts) -> bool:
    """Return whether a report runs on from section to section."""
    return (
        facts["layout"] == "compact"
        or not facts["entries"]
        or is_small(facts)
        or not shown_actions(facts)
    )


def has_long_contents(facts: Facts) -> bool:
    """Return whether the contents list commitments, not only sections."""
    return is_small(facts) or not is_short(facts)


def printed_sections(facts: Facts) -> list[PrintedSection]:
    """Return the sections that are printed, in order.

    A report without entries has no use for their marks, statuses and hashes.
    """
    left_out: set[Section] = set()
    if not shown_actions(facts):
        left_out.add("commitments")
    if not facts["entries"]:
        left_out |= {"matrix", "mix", "entries"}
        if not facts["lists"]["gone"]:
            left_out.add("changes")
    names: list[PrintedSection] = [
        name for name in facts["sections"] if name not in left_out
    ]
    return with_scores(names) if "scores" in facts else names


def with_scores(names: Sequence[PrintedSection]) -> list[PrintedSection]:
    """Return sections with the scores among them."""
    places = [at for at, name in enumerate(names) if name in AFTER_SCORES]
    at = places[0] if places else len(names)
    return [*names[:at], "scores", *names[at:]]


def section_before_risks(facts: Facts) -> PrintedSection | None:
    """Return the last overview. What is at risk follows it, if there are entries."""
    overviews = [name for name in printed_sections(facts) if name in OVERVIEWS]
    return overviews[-1] if overviews and facts["entries"] else None


def is_shown(facts: Facts, commitment: CommitmentRow) -> bool:
    """Return whether a commitment is printed. A report of changes has only those."""
    return facts["kind"] != "changes" or any(
        position["change"] not in {"", "same"} for position in commitment["positions"]
    )


def shown_actions(facts: Facts) -> list[ActionRow]:
    """Return the actions with what is shown of them: none is without commitments."""
    return [
        {**action, "sub_areas": areas}
        for action in facts["actions"]
        if (areas := _shown_areas(facts, action))
    ]


def _shown_areas(facts: Facts, action: ActionRow) -> list[SubAreaRow]:
    return [
        {**area, "commitments": shown}
        for area in action["sub_areas"]
        if (shown := [row for row in area["commitments"] if is_shown(facts, row)])
    ]


def shown_codes(facts: Facts) -> frozenset[str]:
    """Return the codes of the commitments that have a heading of their own."""
    if "commitments" not in printed_sections(facts):
        return frozenset()
    return frozenset(
        row["code"] for row in commitments_in(facts) if is_shown(facts, row)
    )


def printed_tables(facts: Facts) -> frozenset[str]:
    """Return the anchors of the tables that sentences may link to."""
    sections, figures = set(printed_sections(facts)), facts["figures"]
    has_mix, has_risks = "mix" in sections, section_before_risks(facts) is not None
    is_of_one = len(facts["members"]) == 1
    rules = {
        "table-matrix": "matrix" in sections or (has_mix and is_of_one),
        "table-mix": has_mix,
        "table-sub-areas": has_mix and len(figures["sub_areas"]) > 1,
        "table-members": has_mix and len(figures["members"]) > 1,
        "table-changes": "changes" in sections and facts["compared"] is not None,
        "table-risk": has_risks,
        "table-overdue": has_risks,
        "table-gaps": "gaps" in sections,
    }
    return frozenset(name for name, is_printed in rules.items() if is_printed)
