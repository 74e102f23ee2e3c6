"""The answer to someone who holds a report: to a stranger, one of two.

A stranger learns that it is a genuine final report, or that it is none. A draft, an
amber report, one that does not exist and nonsense get the same answer, from the same
query. Who may see the report learns what it is.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Case, IntegerField, Q, When

from accounts.dates import utc_day
from accounts.models import User
from reports.models import Report
from reports.models.report import ReportQuerySet
from reports.verify.held import Held

_FINAL = Q(circulation=Report.Circulation.FINAL)
_FINAL_FIRST = Case(When(_FINAL, then=0), default=1, output_field=IntegerField())


class Outcome(StrEnum):
    # The two answers to a stranger.
    GENUINE = "genuine"
    NOT_FINAL = "not_final"
    # To those who may see the report.
    CURRENT = "current"
    SUPERSEDED = "superseded"
    CIRCULATED = "circulated"
    OBJECTED = "objected"
    DRAFT = "draft"
    OWN = "own"


_OF_DRAFTS = {
    Report.Circulation.CIRCULATED: Outcome.CIRCULATED,
    Report.Circulation.OBJECTED: Outcome.OBJECTED,
    Report.Circulation.NONE: Outcome.DRAFT,
}


@dataclass(frozen=True)
class VerifyAnswer:
    """What is known of what someone holds, as far as they may know it."""

    held: Held
    outcome: Outcome
    # Only for who may see them: the report, and a newer one of its line.
    report: Report | None = None
    newer: Report | None = None

    @property
    def is_genuine(self) -> bool:
        return self.outcome != Outcome.NOT_FINAL

    @property
    def is_in_force(self) -> bool:
        """Return whether it is final, and as far as the reader may know the last."""
        return self.outcome in {Outcome.GENUINE, Outcome.CURRENT}

    @property
    def erased_on(self) -> date | None:
        """Return the day when text was removed by law from a report that is shown."""
        erased_at = self.report.erased_at if self.report else None
        return utc_day(erased_at) if erased_at else None


def answer_to_stranger(held: Held) -> VerifyAnswer:
    """Return one of the two answers. One query, whatever there is."""
    is_final = _compiled().filter(_FINAL, held.matches()).exists()
    return VerifyAnswer(held, Outcome.GENUINE if is_final else Outcome.NOT_FINAL)


def answer_to(reader: User, held: Held, at: datetime) -> VerifyAnswer:
    """Return all that this reader may know of it at this instant.

    Of a report that they may not see, a reader learns what a stranger learns.
    """
    visible = _compiled().visible_to(reader, at)
    found = visible.filter(held.matches()).with_parts()
    report = found.order_by(_FINAL_FIRST, "-requested_at", "pk").first()
    if report is None:
        return answer_to_stranger(held)
    if not report.is_of_presidency:
        return VerifyAnswer(held, Outcome.OWN, report)
    newer = newer_of_line(report, among=visible)
    return VerifyAnswer(held, _outcome_of(report, newer), report, newer)


def newer_of_line(report: Report, *, among: ReportQuerySet) -> Report | None:
    """Return the report that took the place of this one: the last final, or draft."""
    later = among.of_line(report).filter(requested_at__gt=report.requested_at)
    replaces = _FINAL if report.circulation == Report.Circulation.FINAL else Q()
    newest = later.filter(replaces).with_parts()
    return newest.order_by(_FINAL_FIRST, "-requested_at", "pk").first()


def _outcome_of(report: Report, newer: Report | None) -> Outcome:
    if report.circulation == Report.Circulation.FINAL:
        return Outcome.SUPERSEDED if newer else Outcome.CURRENT
    return _OF_DRAFTS[Report.Circulation(report.circulation)]


def _compiled() -> ReportQuerySet:
    return Report.objects.filter(state=Report.State.DONE)
