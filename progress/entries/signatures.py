"""Who signed an entry for its member, and on whose word.

The signature is known to whoever reviews the entry; names, and what the capital wrote,
stay inside the delegation.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from progress import limits
from progress.models import Clearance, Entry
from progress.permissions import is_reviewer

# Control, format and surrogate characters, line and paragraph ends.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Older than any plan; a year typed with two digits lands before it.
EARLIEST = date(1950, 1, 1)
# A capital dates its letters by its own clock: up to this far ahead of UTC.
_FURTHEST_AHEAD = timedelta(hours=14)


@dataclass(frozen=True)
class CapitalApproval:
    """The capital's own reference and the date it bears: either, both or none."""

    reference: str = ""
    dated_on: date | None = None

    def require_sound(self, at: datetime) -> None:
        """Raises ValidationError with a dict: field → sentences."""
        problems = {
            "capital_reference": self._reference_problem,
            "capital_dated_on": self._date_problem(at),
        }
        found = {
            field: [ValidationError(sentence, code="invalid")]
            for field, sentence in problems.items()
            if sentence
        }
        if found:
            raise ValidationError(found)

    @property
    def _reference_problem(self) -> str:
        if len(self.reference) > limits.CAPITAL_REFERENCE:
            return _("At most %(limit)d characters fit.") % {
                "limit": limits.CAPITAL_REFERENCE
            }
        if any(unicodedata.category(one) in _UNSEEN for one in self.reference):
            return _("Write the reference on one line, in characters that can be seen.")
        return ""

    def _date_problem(self, at: datetime) -> str:
        latest = (at + _FURTHEST_AHEAD).date()
        if self.dated_on is None or EARLIEST <= self.dated_on <= latest:
            return ""
        return _("The date must lie between %(first)s and today.") % {
            "first": EARLIEST.isoformat()
        }


@dataclass(frozen=True)
class Signature:
    """One clearance, as far as its reader may know it."""

    at: datetime
    who: str
    # Empty outside the delegation.
    sent_by: str = ""
    sent_at: datetime | None = None
    capital: CapitalApproval = CapitalApproval()


def signatures_of(entry: Entry, *, reader: User, at: datetime) -> list[Signature]:
    """Every signature, the first one first: one each time it was cleared."""
    is_ours = reader.delegation == entry.member_code
    if not is_ours and not is_reviewer(reader, entry, at=at):
        return []
    rows = entry.clearances.select_related("sent_by", "cleared_by")
    show = _at_home if is_ours else _outside
    return [show(row) for row in rows.order_by("cleared_at", "pk")]


def _at_home(row: Clearance) -> Signature:
    return Signature(
        at=row.cleared_at,
        who=str(row.cleared_by),
        sent_by=str(row.sent_by),
        sent_at=row.sent_at,
        capital=CapitalApproval(row.capital_reference, row.capital_dated_on),
    )


def _outside(row: Clearance) -> Signature:
    return Signature(at=row.cleared_at, who=_("the head of delegation"))
