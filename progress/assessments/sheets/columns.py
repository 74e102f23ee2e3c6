"""The columns of a score sheet in the long layout, for writing, reading and comparing.

The columns to fill in have the names of the fields of a cell. A person only reads the
others. The commitment's code is in one cell with its title: alone, a program that opens
CSV would make a number or a day of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from progress.assessments.cells import CELL_TEXT_LIMITS
from progress.assessments.sheets.rows import ScoreSheetRow
from progress.assessments.text import score_text
from progress.uploaded_sheets.clear_mark import written_text
from progress.uploaded_sheets.headings import (
    as_compared,
    in_every_language,
    names_by_heading,
    names_of_headings,
)

COMMITMENT, MEMBER, SELF_REPORT, KEY = (
    "commitment",
    "member",
    "self_report",
    "row_key",
)
# A body's own list may have the title in a column of its own. It is not read.
TITLE: Final = "title"


@dataclass(frozen=True)
class ScoreColumn:
    """A column: its heading, its width in characters, and what is written into it."""

    name: str
    heading: str | Promise
    width: int
    text: Callable[[ScoreSheetRow], str]
    is_open: bool = False
    limit: int | None = None


COLUMNS: Final = (
    ScoreColumn(
        COMMITMENT,
        gettext_lazy("Commitment"),
        28,
        lambda row: f"{row.code} {row.title}".strip(),
    ),
    ScoreColumn(MEMBER, gettext_lazy("Member"), 9, lambda row: row.member),
    ScoreColumn(
        SELF_REPORT, gettext_lazy("Self-report"), 22, lambda row: row.self_report
    ),
    ScoreColumn(
        "score",
        gettext_lazy("Score"),
        9,
        lambda row: score_text(row.text.score),
        is_open=True,
    ),
    ScoreColumn(
        "rationale",
        gettext_lazy("Rationale"),
        64,
        lambda row: written_text(row.text.rationale),
        is_open=True,
        limit=CELL_TEXT_LIMITS["rationale"],
    ),
    ScoreColumn(
        "sources",
        gettext_lazy("Sources"),
        40,
        lambda row: written_text(row.text.sources),
        is_open=True,
        limit=CELL_TEXT_LIMITS["sources"],
    ),
    ScoreColumn(
        "as_of",
        gettext_lazy("As of"),
        12,
        lambda row: row.text.as_of.isoformat() if row.text.as_of else "",
        is_open=True,
    ),
    # Last, and hidden. `row_keys` writes it.
    ScoreColumn(KEY, gettext_lazy("Row key"), 10, lambda _row: ""),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
OPEN: Final = tuple(column for column in COLUMNS if column.is_open)
# The columns whose texts a row key vouches for. Code and member are in the key itself.
MARKED: Final = (BY_NAME[SELF_REPORT], *OPEN)
# Without these there is no row to read.
REQUIRED: Final = (COMMITMENT, MEMBER, "score")
# What a list may call a column, whatever its language.
_OTHER_HEADINGS: Final = {
    "code": COMMITMENT,
    "commitment code": COMMITMENT,
    "short title": TITLE,
    TITLE: TITLE,
    "as_of": "as_of",
    "row_key": KEY,
    "self_report": SELF_REPORT,
}


def heading_of(name: str) -> str:
    """Return the heading of a column in the reader's language."""
    return str(BY_NAME[name].heading)


def names_of(headings: Sequence[str]) -> list[str]:
    """Return the names of the columns with these headings, empty for an unknown one."""
    return names_of_headings(headings, _names_by_heading())


@cache
def _names_by_heading() -> list[Mapping[str, str]]:
    own = {name: name for name in BY_NAME}
    by_language = names_by_heading({name: BY_NAME[name].heading for name in BY_NAME})
    return [{**own, **_OTHER_HEADINGS, **names} for names in by_language]


@cache
def _headings_of_commitments() -> frozenset[str]:
    own = {name for name, of in _OTHER_HEADINGS.items() if of in {COMMITMENT, TITLE}}
    return frozenset({*own, *in_every_language(BY_NAME[COMMITMENT].heading)})


def is_about_commitments(heading: str) -> bool:
    """Whether a column with this heading has codes or titles of commitments."""
    return as_compared(heading) in _headings_of_commitments()
