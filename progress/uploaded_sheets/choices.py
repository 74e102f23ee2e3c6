"""What a person chose on the preview, as it is kept with the file until it is applied.

For each row: its code, and under it the version that was shown, the choice in a
conflict, and whether a lower handling label is confirmed.
"""

from collections.abc import Mapping
from typing import Any

from progress.uploaded_sheets.previews import (
    PreviewedRow,
    RowOutcome,
    SheetDecisions,
)

TAKE_SHEET, KEEP_PRESENT = "sheet", "present"
# The name of the field with the version that was shown, before the code of its row.
VERSION = "version-"
LONGEST_VERSION = 9
Choices = Mapping[str, Mapping[str, Any]]


def needs_choice(row: PreviewedRow) -> bool:
    """Whether nothing can be applied before the person has decided about this row."""
    return row.outcome is RowOutcome.CONFLICT or row.lowers_handling


def choices_in(sent: Mapping[str, str]) -> Choices:
    """Return what a form says about each row that it showed with a choice."""
    chosen: dict[str, Mapping[str, Any]] = {}
    for name, version in sent.items():
        code = name.removeprefix(VERSION)
        if code != name and version.isdecimal() and len(version) <= LONGEST_VERSION:
            chosen[code] = {
                "version": int(version),
                "choice": sent.get(f"choice-{code}", ""),
                "lowered": f"lowered-{code}" in sent,
            }
    return chosen


def decisions_of(choices: Choices) -> SheetDecisions:
    """Return the choices as the comparison takes them."""
    return SheetDecisions(
        take_sheet=_versions(choices, "choice", TAKE_SHEET),
        keep_present=_versions(choices, "choice", KEEP_PRESENT),
        lowered=_versions(choices, "lowered", True),
    )


def _versions(choices: Choices, name: str, value: object) -> Mapping[str, int]:
    return {
        code: chosen["version"]
        for code, chosen in choices.items()
        if chosen[name] == value
    }
