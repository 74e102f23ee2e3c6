"""Counts the printed rows, and says in sentences what the counts are (rule 11).

Each sentence is a template with one number. `docs/check_report.py` counts that number
again from the rows, by the name of the sentence, and knows the English templates.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.positions.figures import PARTS, STATUSES, Part, Status, count
from reports.snapshot_schema import (
    ActionRow,
    FigureRow,
    PositionRow,
    Sentence,
    Summary,
)

Template = Callable[[int], str]

# The template of each sentence for a number: with its own words for none.
TEMPLATES: dict[str, Template] = {
    "covered": lambda n: (
        ngettext(
            "This report covers {count} member commitment.",
            "This report covers {count} member commitments.",
            n,
        )
        if n
        else _("This report covers no member commitment.")
    ),
    "shown": lambda n: (
        ngettext("It shows {count} entry.", "It shows {count} entries.", n)
        if n
        else _("It shows no entry.")
    ),
    "not_published": lambda n: (
        ngettext(
            "{count} member commitment has no published entry.",
            "{count} member commitments have no published entry.",
            n,
        )
        if n
        else _("Every member commitment has a published entry.")
    ),
    "not_released": lambda n: (
        ngettext(
            "{count} member commitment has no released entry.",
            "{count} member commitments have no released entry.",
            n,
        )
        if n
        else _("Every member commitment has a released entry.")
    ),
    "in_stocktake": lambda n: (
        ngettext(
            "{count} entry is from this stocktake.",
            "{count} entries are from this stocktake.",
            n,
        )
        if n
        else _("No entry is from this stocktake.")
    ),
    "outside_stocktake": lambda n: (
        ngettext(
            "{count} entry is from outside this stocktake.",
            "{count} entries are from outside this stocktake.",
            n,
        )
        if n
        else _("No entry is from outside this stocktake.")
    ),
    "implemented_in_stocktake": lambda n: (
        ngettext(
            "In this stocktake, {count} entry reports “Implemented”.",
            "In this stocktake, {count} entries report “Implemented”.",
            n,
        )
        if n
        else _("In this stocktake, no entry reports “Implemented”.")
    ),
    "implemented_in_all": lambda n: (
        ngettext(
            "In all, {count} entry reports “Implemented”.",
            "In all, {count} entries report “Implemented”.",
            n,
        )
        if n
        else _("In all, no entry reports “Implemented”.")
    ),
    "at_risk_in_stocktake": lambda n: (
        ngettext(
            "In this stocktake, {count} entry is marked as at risk.",
            "In this stocktake, {count} entries are marked as at risk.",
            n,
        )
        if n
        else _("In this stocktake, no entry is marked as at risk.")
    ),
    "at_risk_in_all": lambda n: (
        ngettext(
            "In all, {count} entry is marked as at risk.",
            "In all, {count} entries are marked as at risk.",
            n,
        )
        if n
        else _("In all, no entry is marked as at risk.")
    ),
}


def summary_of(
    actions: list[ActionRow], *, has_stocktake: bool, reads_all: bool
) -> Summary:
    """Return the figures and the sentences, in the active language.

    `reads_all` is whether the audience may read every published entry.
    """
    cells = [
        (action["code"], position)
        for action in actions
        for sub_area in action["sub_areas"]
        for commitment in sub_area["commitments"]
        for position in commitment["positions"]
    ]
    overall = _figures("", [position for _code, position in cells])
    paragraphs = _paragraphs(overall, has_stocktake, reads_all)
    return {
        "paragraphs": [
            [_sentence(name, number) for name, number in paragraph.items()]
            for paragraph in paragraphs
        ],
        "actions": [
            _figures(
                action["code"], [row for code, row in cells if code == action["code"]]
            )
            for action in actions
        ],
        "overall": overall,
    }


def _figures(action: str, positions: Iterable[PositionRow]) -> FigureRow:
    counted = count(_CountedRow(position) for position in positions)
    return {
        "action": action,
        "parts": {part: counted.parts[part] for part in PARTS},
        "in_all": {status: counted.in_all[status] for status in STATUSES},
        "at_risk": counted.at_risk,
        "at_risk_in_all": counted.at_risk_in_all,
        "cells": counted.cells,
    }


@dataclass(frozen=True)
class _CountedRow:
    """A printed row with what `figures.count` needs."""

    row: PositionRow

    @property
    def part(self) -> Part:
        entry = self.row["entry"]
        if entry is not None and self.row["figure"] == "current":
            return entry["status"]
        return "no_update" if entry is not None else "not_reported"

    @property
    def status(self) -> Status | Literal[""]:
        entry = self.row["entry"]
        return entry["status"] if entry is not None else ""

    @property
    def is_at_risk(self) -> bool:
        entry = self.row["entry"]
        return entry is not None and entry["is_at_risk"]


def _paragraphs(
    overall: FigureRow, has_stocktake: bool, reads_all: bool
) -> Iterator[dict[str, int]]:
    """Yield the sentences of each paragraph by name, with their numbers."""
    parts, cells = overall["parts"], overall["cells"]
    none = parts["not_reported"]
    if not cells:
        yield {"covered": 0}
        return
    without = "not_published" if reads_all else "not_released"
    yield {"covered": cells, "shown": cells - none, without: none}
    if cells == none:
        return
    in_all = {
        "implemented_in_all": overall["in_all"]["implemented"],
        "at_risk_in_all": overall["at_risk_in_all"],
    }
    if not has_stocktake:
        yield in_all
        return
    older = parts["no_update"]
    yield {"in_stocktake": cells - none - older, "outside_stocktake": older}
    for name, number in (
        ("implemented", parts["implemented"]),
        ("at_risk", overall["at_risk"]),
    ):
        yield {
            f"{name}_in_stocktake": number,
            f"{name}_in_all": in_all[f"{name}_in_all"],
        }


def _sentence(name: str, number: int) -> Sentence:
    template = TEMPLATES[name](number)
    return {
        "name": name,
        "template": template,
        "count": number,
        "text": template.replace("{count}", str(number)),
    }
