"""The text of one cell of a score table, before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.day_sentences import day_as, today_in_utc
from accounts.typed.text import clean_text, cleaned_or_problem
from progress import limits
from progress.models import Assessment, Score

# The texts of a cell, with their limits.
CELL_TEXT_LIMITS: Final = {"rationale": limits.RATIONALE, "sources": limits.SOURCES}
_SCORES: Final = frozenset({"", *Score.values})


@dataclass(frozen=True)
class CellText:
    """The fields of a cell. Without a score it is not scored, whatever it says.

    Without words as well it is blank, and has no day.
    """

    score: str = ""
    rationale: str = ""
    sources: str = ""
    # None: with a score, the day that `default_as_of` gives.
    as_of: date | None = None

    @classmethod
    def of(cls, assessment: Assessment) -> "CellText":
        return cls(**{name: getattr(assessment, name) for name in CELL_FIELDS})

    @property
    def is_blank(self) -> bool:
        """Whether nothing is left of a score that was there."""
        return not (self.score or self.rationale or self.sources)


# The columns of a cell that its editor sets.
CELL_FIELDS: Final = [field.name for field in fields(CellText)]


@dataclass(frozen=True)
class CellDays:
    """The days that a cell of a table may name, and the one it has by default."""

    first: date
    today: date
    # The day on which the stocktake was closed, if it was.
    closed_on: date | None = None

    @property
    def default_as_of(self) -> date:
        """Today, or the day of the stocktake's close."""
        if self.closed_on is None:
            return self.today
        return min(self.today, self.closed_on)


def require_valid_cell(text: CellText, days: CellDays) -> CellText:
    """Return the text as it is stored, whether it comes from a form, a sheet or a key.

    Raises ValidationError with every problem at once, as a dict: field → sentences.
    """
    problems: dict[str, list[ValidationError]] = {}
    cleaned: dict[str, Any] = {}
    for field, limit in CELL_TEXT_LIMITS.items():
        typed = getattr(text, field)
        cleaned[field], sentence = cleaned_or_problem(clean_text, typed, limit=limit)
        if sentence:
            problems[field] = [ValidationError(sentence, code="text")]
    text = replace(text, **cleaned)
    if text.score and text.as_of is None:
        text = replace(text, as_of=days.default_as_of)
    for field, code, sentence in _cell_problems(text, days):
        problems.setdefault(field, []).append(ValidationError(sentence, code=code))
    if problems:
        raise ValidationError(problems)
    return CellText() if text.is_blank else text


def _cell_problems(text: CellText, days: CellDays) -> Iterator[tuple[str, str, str]]:
    if text.score not in _SCORES:
        yield (
            "score",
            "invalid_choice",
            _("Choose +1, 0, \N{MINUS SIGN}1 or n/a, or leave it blank."),
        )
    if text.as_of is not None and not days.first <= text.as_of <= days.today:
        yield (
            "as_of",
            "out_of_range",
            _("The date must be between the plan's adoption (%(first)s) and today.")
            % {"first": day_as(days.first)}
            + f" {today_in_utc(days.today)}",
        )
