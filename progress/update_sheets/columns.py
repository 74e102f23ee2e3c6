"""The columns of an update sheet: one table for writing, reading and comparing.

The columns to fill in have the names of the fields of `EntryText`. A person only reads
the others. The commitment's code is in one cell with its title, and the day of the last
update with its status. Alone, a program that opens CSV would make numbers and days of
them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.languages import NAMES, language_name
from progress.entries.text import EntryText
from progress.models import Handling, Status
from progress.update_sheets.rows import SheetRow

# A blank cell leaves a field as it is. This makes it empty.
CLEAR: Final = "[clear]"
# A text that is this mark itself has brackets around it in the sheet.
_CLEAR_AS_TEXT: Final = re.compile(r"\[+clear\]+", re.IGNORECASE)
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


def written_text(text: str) -> str:
    """Return a text as a cell holds it, so that it is never read as the clear mark."""
    return f"[{text}]" if _CLEAR_AS_TEXT.fullmatch(text) else text


def read_text(cell: str) -> str:
    """Return the text of a cell. It is empty for the clear mark."""
    if is_clear(cell):
        return ""
    return cell[1:-1] if _CLEAR_AS_TEXT.fullmatch(cell) else cell


def is_clear(cell: str) -> bool:
    return cell.strip().lower() == CLEAR


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


def _in_every_language(text: str | Promise) -> Iterator[str]:
    """Yield a text in each language of the interface, as it is compared."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield as_compared(str(text))


def as_compared(text: str) -> str:
    """Return a heading or a choice without what a person may write differently."""
    return " ".join(text.split()).casefold()


def names_of(headings: Sequence[str]) -> list[str]:
    """Return the names of the columns with these headings, empty for an unknown one.

    A sheet is read in the language in which it was written, whatever its reader's is
    now: the one in which most of its headings are known. German has “Status” for what
    English calls “State”.
    """
    compared = [as_compared(text) for text in headings]

    def known(names: Mapping[str, str]) -> int:
        return sum(text in names for text in compared)

    names = max(_names_by_heading(), key=known)
    return [names.get(text, "") for text in compared]


@cache
def _names_by_heading() -> list[Mapping[str, str]]:
    """Return the names of columns by their headings, for each language."""
    texts = [list(_in_every_language(column.heading)) for column in COLUMNS]
    names = [column.name for column in COLUMNS]
    return [
        dict(zip(headings, names, strict=True)) for headings in zip(*texts, strict=True)
    ]


@cache
def values_by_choice(name: str) -> Mapping[str, str]:
    """Return the stored values of a column by what may be written for them.

    That is the label in any language of the interface, or the value itself.
    """
    choices = BY_NAME[name].choices or {}
    return {
        written: value
        for value, label in choices.items()
        for written in (*_in_every_language(label), value.casefold())
    }
