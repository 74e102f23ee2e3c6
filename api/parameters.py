"""Query parameters are known, given once, and text: anything else is refused by name.

What a value must be beyond that, each filter says.
"""

from collections.abc import Collection, Iterator

from django.http import QueryDict
from django.utils.translation import gettext as _

from api.problems import Fault, InvalidParameters

NAME_LENGTH = 60
VALUE_LENGTH = 1_000


def require_parameters(
    given: QueryDict,
    *,
    known: Collection[str],
    repeatable: Collection[str] = frozenset(),
) -> None:
    """Raises InvalidParameters with every fault at once."""
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
        detail = _("There is no such parameter here. Known: %s.") % allowed
        yield Fault(detail, "unknown", parameter=name[:NAME_LENGTH])
        return
    if len(values) > 1 and name not in repeatable:
        yield Fault(_("Give this once."), "repeated", parameter=name)
    if "" in values:
        yield Fault(_("Give this a value, or leave it out."), "blank", parameter=name)
    if any(len(value) > VALUE_LENGTH for value in values):
        detail = _("At most %d characters.") % VALUE_LENGTH
        yield Fault(detail, "too_long", parameter=name)
    elif not all(map(is_text, values)):
        yield Fault(_("This is not UTF-8 text."), "not_text", parameter=name)


def is_text(value: str) -> bool:
    """Can a database hold it? U+FFFD stands where the address was not UTF-8."""
    return not any(
        character in "\x00\ufffd" or "\ud800" <= character <= "\udfff"
        for character in value
    )
