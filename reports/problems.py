"""Why a report was not compiled: stored in English, shown in the language of a page.

A worker has no reader, and the API is in English. So the row has the English sentence,
and a page finds its translation.
"""

import re
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

FAILED: Final = _(
    "The report failed at this step: %(step)s. No file was saved. Try again; if it"
    " fails again, give an administrator the number of this report."
)
TOO_LONG: Final = _(
    "This report would have about %(pages)d pages. At most %(limit)d are possible."
    " Choose the compact layout, or a brief or a report on fewer parts of the plan."
)
TOO_LARGE: Final = _(
    "This report took more than %(limit)d MB of memory. Choose the compact"
    " layout, or a brief on a part of the plan."
)
WORN_OUT: Final = _(
    "The worker stopped %(attempts)d times while compiling this report. Ask"
    " an administrator to check the memory of the workers, then try again."
)
NO_CHAIR: Final = _("No member holds the Presidency now. Try again when one does.")
NOT_ALLOWED: Final = _("The person who requested this report may no longer compile it.")
NO_FONT: Final = _(
    "Reports in %(language)s are not possible here, because no installed font has"
    " the letters of this language. An administrator can install one."
)
_WITH_VALUES: Final = (FAILED, TOO_LONG, TOO_LARGE, WORN_OUT, NO_FONT)
_VALUE: Final = re.compile(r"%\\?\((\w+)\\?\)([sd])")


class WithProblem:
    """A row of a job that may have failed. An empty problem is none."""

    problem: Any

    @property
    def problem_text(self) -> str:
        return problem_text(self.problem)


def problem_text(stored: str) -> str:
    """Return a stored problem in the active language, line by line.

    A line that is no message, such as what differs from a draft, stays as it is.
    """
    return "\n".join(_line(line) for line in stored.split("\n"))


def _line(line: str) -> str:
    for form in _WITH_VALUES:
        if found := _pattern(form).fullmatch(line):
            said = found.groupdict()
            return gettext(form) % {name: _value(text) for name, text in said.items()}
    return gettext(line) if line else ""


def _value(text: str) -> str | int:
    """Return a number, or words such as the name of a step."""
    return int(text) if text.isdecimal() else gettext(text)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of what a worker makes of a message."""
    kinds = {"s": ".+", "d": r"\d+"}
    return re.compile(
        _VALUE.sub(lambda found: f"(?P<{found[1]}>{kinds[found[2]]})", re.escape(form))
    )
