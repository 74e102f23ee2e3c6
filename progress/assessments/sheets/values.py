"""What a person may write for a score, a commitment, a member and a day.

Every dash before the digit is a minus. Blanks of any kind are no matter,
and neither is the width of Japanese keyboards. Nothing else is guessed: a sign alone,
another number or a mark that cannot be seen is refused.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.typed.text import fault_in_address, find_fault, sentence_about
from accounts.wording.listed import listed
from progress.models import Score
from progress.uploaded_sheets.faults import CellRefused
from progress.uploaded_sheets.headings import as_compared, in_every_language
from progress.uploaded_sheets.workbook_reading import Value

# Full-width signs, digits and letters of Japanese and Chinese keyboards.
_PLAIN: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Hyphens, dashes and signs of minus, as programs put them for "-".
DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_MINUS: Final = str.maketrans(dict.fromkeys(DASHES, "-"))
# A whole number, as programs write it that know only decimal ones: -1.0 or -1,0.
_NUMBER: Final = re.compile(r"([+-]?)([01])(?:[.,]0{1,2})?")
_CODE: Final = re.compile(r"\s*([0-9]+(?:\s*\.\s*[0-9]+)*)(\s+[^\s.].*|\s*)", re.DOTALL)
_TWO_LEVELS: Final = re.compile(r"[0-9]+\.[0-9]+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CHOICES: Final = gettext_lazy("Type +1, 0, \N{MINUS SIGN}1 or n/a.")


def plain(text: str) -> str:
    """Return the text with letters, digits and signs of usual width."""
    return text.translate(_PLAIN)


def read_score(value: Value) -> str:
    """Return the stored score of a cell that is not blank. Raises CellRefused."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CellRefused(str(CHOICES))
    if isinstance(value, int | float):
        return _whole(value)
    typed = plain(_without_blanks(value)).translate(_MINUS).casefold()
    number = _NUMBER.fullmatch(typed)
    if number is not None and (number[2] == "1" or not number[1]):
        return f"{number[1].replace('+', '')}{number[2]}"
    if typed in _not_applicable():
        return str(Score.NOT_APPLICABLE)
    if typed in {"-", "+"}:
        sentence = _("There is a sign without a digit. %(choices)s")
        raise CellRefused(sentence % {"choices": CHOICES})
    raise CellRefused(str(CHOICES))


def _whole(number: float) -> str:
    if number not in (-1, 0, 1):
        raise CellRefused(str(CHOICES))
    return str(int(number))


@cache
def _not_applicable() -> frozenset[str]:
    """Return what may be written for "not applicable", without blanks."""
    score = Score.NOT_APPLICABLE
    words = {"n/a", "na", "not applicable", score.value}
    for text in (score.label, pgettext_lazy("a score", "n/a")):
        words.update(in_every_language(text))
    # Nothing without a letter is a word, whatever a catalogue says.
    letters = (word for word in words if any(map(str.isalpha, word)))
    return frozenset(plain("".join(word.split())).casefold() for word in letters)


def _without_blanks(text: str) -> str:
    """Return the text without blanks of any kind.

    Raises CellRefused with the name of a mark that cannot be seen.
    """
    joined = "".join(text.split())
    fault = find_fault(text) or fault_in_address(joined)
    if fault is not None:
        raise CellRefused(sentence_about(fault))
    return joined


def read_code(value: Value, codes: Collection[str]) -> str:
    """Return the code of a commitment: `1.2.3`, or `1.2.3 Its short title`.

    A number counts where only one code can be meant: a program shows 2.10 as 2.1.
    Raises CellRefused.
    """
    if isinstance(value, str):
        code = _code_before_title(plain(value))
        if code in codes:
            return code
        _without_blanks(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        meant = [code for code in codes if _is_number(code, value)]
        if len(meant) == 1:
            return meant[0]
        raise CellRefused(_("This is a number. Format the cell as text, and type it."))
    else:
        raise CellRefused(
            _("This is a date, not a code. Format the cell as text, and type it.")
        )
    raise CellRefused(_("This is not the code of a commitment of this plan."))


def _code_before_title(text: str) -> str:
    """Return the code with which a text begins, or nothing. A title has a letter."""
    found = _CODE.fullmatch(text)
    if found is None or (found[2].strip() and not any(map(str.isalpha, found[2]))):
        return ""
    return "".join(found[1].split())


def _is_number(code: str, number: float) -> bool:
    return _TWO_LEVELS.fullmatch(code) is not None and float(code) == number


def read_member(value: Value, members: Mapping[str, str]) -> str:
    """Return the code of a member from its code, or its name in any language.

    Raises CellRefused.
    """
    text = str(value)
    code = members.get(as_compared(plain(text)))
    if code is not None:
        return code
    _without_blanks(text)
    about = {"members": listed(sorted(set(members.values())))}
    sentence = _("This is not a member of this plan. Use one of: %(members)s.")
    raise CellRefused(sentence % about)


def read_day(value: Value) -> date:
    """Return the day of a cell that is not blank. Raises CellRefused."""
    if isinstance(value, datetime):
        return date(value.year, value.month, value.day)
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise CellRefused(
            _("This is a number, not a day. Write the day as 2017-05-26.")
        )
    typed = plain(_without_blanks(value))
    try:
        return date.fromisoformat(typed if _DAY.fullmatch(typed) else "")
    except ValueError as error:
        raise CellRefused(_("Write the day as 2017-05-26.")) from error


def read_words(value: Value) -> str:
    """Return the text of a cell. Its characters are checked with its length.

    Raises CellRefused for a number or a date: the file does not say how it was shown.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        raise CellRefused(
            _("This cell holds a number. Format the cell as text, and type it again.")
        )
    raise CellRefused(
        _("This cell holds a date. Format the cell as text, and type it again.")
    )
