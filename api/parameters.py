"""General checks of query parameters. No parameter is ever ignored.

Each must be known, be given once (unless it may be repeated), and be text. The filters
check the values further.
"""

from collections.abc import Collection, Iterator

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.typed.text import sentence_about, unstorable
from api.problems import Fault, InvalidParameters

SHOWN_NAME_LENGTH = 60
VALUE_LENGTH = 1_000


def require_parameters(
    given: QueryDict,
    *,
    known: Collection[str],
    repeatable: Collection[str] = frozenset(),
) -> None:
    """Raise InvalidParameters with every fault, if there is any."""
    faults = [
        fault
        for name in given
        for fault in _faults(name, given.getlist(name), known, repeatable)
    ]
    if faults:
        raise InvalidParameters(faults)


def _faults(
    name: str, values: list[str], known: Collection[str], repeatable: Collection[str]
) -> Iterator[Fault]:
    if name not in known:
        allowed = ", ".join(sorted(known)) or _("none")
        detail = _("This parameter is unknown here. Known parameters: %s.") % allowed
        yield Fault(detail, "unknown", parameter=name[:SHOWN_NAME_LENGTH])
        return
    if len(values) > 1 and name not in repeatable:
        yield Fault(_("Give this parameter only once."), "repeated", parameter=name)
    if "" in values:
        yield Fault(
            _("Give this parameter a value, or leave it out."), "blank", parameter=name
        )
    if any(len(value) > VALUE_LENGTH for value in values):
        detail = _("Give at most %d characters.") % VALUE_LENGTH
        yield Fault(detail, "too_long", parameter=name)
    elif problem := next(filter(None, map(_problem_of, values)), ""):
        yield Fault(problem, "not_text", parameter=name)


def is_text(value: str) -> bool:
    """Return whether a database can hold this value."""
    return not _problem_of(value)


def _problem_of(value: str) -> str:
    """Return why a value is no text.

    Django decodes bytes that are not UTF-8 to U+FFFD.
    """
    fault = unstorable(value)
    if fault is not None:
        return sentence_about(fault)
    return _("The value is not UTF-8 text.") if "\ufffd" in value else ""
