"""The columns of an update sheet: one table for writing, reading and comparing.

The columns to fill in have the names of the fields of `EntryText`. A person only reads
the others. The commitment's code is in one cell with its title, and the day of the last
update with its status. Alone, a program that opens CSV would make numbers and days of
them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.languages import NAMES, language_name
from progress.entries.text import EntryText
from progress.models import Handling, Status
from progress.update_sheets.rows import SheetRow
from progress.uploaded_sheets.clear_mark import written_text
from progress.uploaded_sheets.headings import (
    names_by_heading,
    names_of_headings,
    values_in_every_language,
)

YES_NO: Final[Mapping[str, str | Promise]] = {
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
}
KEY: Final = "row_key"


@dataclass(frozen=True)
class UpdateColumn:
    """A column: its heading, its width in characters, and what is written into it."""

    name: str
    heading: str | Promise
    width: int
    text: Callable[[SheetRow], str]
    is_open: bool = False
    can_be_cleared: bool = False
    # What may be chosen in it, by stored value. Empty: anything may be typed.
    choices: Mapping[str, str | Promise] | None = None


def written_day(text: EntryText) -> str:
    return text.as_of.isoformat()


def written_language(text: EntryText) -> str:
    return language_name(text.language)


def _of_update(write: Callable[[EntryText], str]) -> Callable[[SheetRow], str]:
    """Return what is written from the update in progress: nothing without one."""
    return lambda row: "" if row.update is None else write(row.update)


def _of_last(write: Callable[[EntryText], str]) -> Callable[[SheetRow], str]:
    """Return what is written from the last published text: nothing without one."""
    return lambda row: "" if row.last is None else write(row.last)


def _about_last(text: EntryText) -> str:
    """Return status, risk, day, label and evidence of the last text in one cell."""
    parts = [
        str(Status(text.status).label) if text.status else "",
        _("At risk") if text.is_at_risk else "",
        _("as of %(day)s") % {"day": text.as_of.isoformat()},
        str(Handling(text.handling).label),
        _("Evidence: %(count)d") % {"count": len(text.evidence)},
    ]
    return "\n".join(filter(None, parts))


def _label(choices: Mapping[str, str | Promise], value: str) -> str:
    return str(choices.get(value, value))


STATUSES: Final = dict(Status.choices)
HANDLINGS: Final = dict(Handling.choices)

COLUMNS: Final = (
    UpdateColumn(
        "commitment",
        gettext_lazy("Commitment"),
        24,
        lambda row: f"{row.code} {row.title}".strip(),
    ),
    UpdateColumn("state", gettext_lazy("State"), 14, lambda row: row.state),
    UpdateColumn("last_update", gettext_lazy("Last update"), 18, _of_last(_about_last)),
    UpdateColumn(
        "as_of", gettext_lazy("As of"), 12, _of_update(written_day), is_open=True
    ),
    UpdateColumn(
        "status",
        gettext_lazy("Status"),
        14,
        _of_update(lambda text: _label(STATUSES, text.status)),
        is_open=True,
        can_be_cleared=True,
        choices=STATUSES,
    ),
    UpdateColumn(
        "is_at_risk",
        gettext_lazy("At risk"),
        9,
        _of_update(lambda text: _label(YES_NO, "yes" if text.is_at_risk else "no")),
        is_open=True,
        choices=YES_NO,
    ),
    UpdateColumn(
        "handling",
        gettext_lazy("Handling"),
        12,
        _of_update(lambda text: _label(HANDLINGS, text.handling)),
        is_open=True,
        choices=HANDLINGS,
    ),
    UpdateColumn(
        "language",
        gettext_lazy("Language of the text"),
        12,
        _of_update(written_language),
        is_open=True,
        choices=NAMES,
    ),
    UpdateColumn(
        "last_narrative",
        gettext_lazy("Last narrative"),
        48,
        _of_last(lambda text: text.narrative),
    ),
    UpdateColumn(
        "narrative",
        gettext_lazy("Narrative"),
        48,
        _of_update(lambda text: written_text(text.narrative)),
        is_open=True,
        can_be_cleared=True,
    ),
    UpdateColumn(
        "last_next_steps",
        gettext_lazy("Last next steps"),
        32,
        _of_last(lambda text: text.next_steps),
    ),
    UpdateColumn(
        "next_steps",
        gettext_lazy("Next steps"),
        32,
        _of_update(lambda text: written_text(text.next_steps)),
        is_open=True,
        can_be_cleared=True,
    ),
    UpdateColumn(
        "last_obstacles",
        gettext_lazy("Last obstacles"),
        32,
        _of_last(lambda text: text.obstacles),
    ),
    UpdateColumn(
        "obstacles",
        gettext_lazy("Obstacles"),
        32,
        _of_update(lambda text: written_text(text.obstacles)),
        is_open=True,
        can_be_cleared=True,
    ),
    # Last, and hidden. `row_keys` writes it.
    UpdateColumn(KEY, gettext_lazy("Row key"), 10, lambda _row: ""),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
OPEN: Final = tuple(column for column in COLUMNS if column.is_open)
# The columns whose texts a row key vouches for: all but the key itself.
MARKED: Final = tuple(column for column in COLUMNS if column.name != KEY)


def heading_of(name: str) -> str:
    """Return the heading of a column in the reader's language."""
    return str(BY_NAME[name].heading)


def names_of(headings: Sequence[str]) -> list[str]:
    """Return the names of the columns with these headings, empty for an unknown one."""
    return names_of_headings(headings, _names_by_heading())


@cache
def _names_by_heading() -> list[Mapping[str, str]]:
    return names_by_heading({column.name: column.heading for column in COLUMNS})


@cache
def values_by_choice(name: str) -> Mapping[str, str]:
    """Return the stored values of a column by what may be written for them."""
    return values_in_every_language(BY_NAME[name].choices or {})
