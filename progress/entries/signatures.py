"""Who cleared an entry for its member, and the capital's approval.

The reviewer of an entry sees that it was cleared, and when. Names and the capital's
reference stay inside the delegation.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.day_sentences import day_as
from accounts.models import User
from accounts.typed.text import clean_line, cleaned_or_problem
from progress import limits
from progress.models import Clearance, Entry
from progress.permissions import is_reviewer

# A capital dates its letters in its own time zone: at most this far ahead of UTC.
_FURTHEST_AHEAD = timedelta(hours=14)


@dataclass(frozen=True)
class CapitalApproval:
    """The capital's reference and its date. Each of them may be missing."""

    reference: str = ""
    dated_on: date | None = None

    def require_valid(self, *, adopted_on: date, at: datetime) -> "CapitalApproval":
        """Return the approval as it is stored.

        Raises ValidationError, a dict of field → sentences, if a field is wrong.
        """
        reference, problem = cleaned_or_problem(
            clean_line, self.reference, limit=limits.CAPITAL_REFERENCE
        )
        problems = {
            "capital_reference": problem,
            "capital_dated_on": self._date_problem(adopted_on, at),
        }
        found = {
            field: [ValidationError(sentence, code="invalid")]
            for field, sentence in problems.items()
            if sentence
        }
        if found:
            raise ValidationError(found)
        return replace(self, reference=reference)

    def _date_problem(self, adopted_on: date, at: datetime) -> str:
        latest = utc_day(at + _FURTHEST_AHEAD)
        if self.dated_on is None or adopted_on <= self.dated_on <= latest:
            return ""
        return _("The date must be between %(first)s and %(last)s.") % {
            "first": day_as(adopted_on),
            "last": day_as(latest),
        }


@dataclass(frozen=True)
class Signature:
    """One clearance, with what its reader may see of it."""

    at: datetime
    who: str
    # Who named the person, if they cleared it as acting head. The delegation sees it.
    named_by: str = ""
    # Empty outside the delegation.
    sent_by: str = ""
    sent_at: datetime | None = None
    capital: CapitalApproval = CapitalApproval()


def signatures_of(entry: Entry, *, reader: User, at: datetime) -> list[Signature]:
    """Return one signature for each time the entry was cleared, the oldest first.

    Only its delegation and its reviewer get any.
    """
    is_ours = reader.delegation == entry.member_code
    if not is_ours and not is_reviewer(reader, entry, at=at):
        return []
    rows = entry.clearances.select_related(
        "sent_by", "cleared_by", "acting_head__named_by"
    )
    show = _for_delegation if is_ours else _for_reviewer
    return [show(row) for row in rows.order_by("cleared_at", "pk")]


def _for_delegation(row: Clearance) -> Signature:
    return Signature(
        at=row.cleared_at,
        who=str(row.cleared_by),
        named_by=str(row.acting_head.named_by) if row.acting_head else "",
        sent_by=str(row.sent_by),
        sent_at=row.sent_at,
        capital=CapitalApproval(row.capital_reference, row.capital_dated_on),
    )


def _for_reviewer(row: Clearance) -> Signature:
    # It does not say which: only the delegation knows its acting heads.
    return Signature(at=row.cleared_at, who=_("a head or acting head of delegation"))
