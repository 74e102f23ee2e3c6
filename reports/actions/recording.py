"""Records what is done with a report."""

from datetime import datetime

from accounts.models import User
from audit.record import record
from reports.models import Report


def record_report(
    verb: str, report: Report, *, by: User | None, at: datetime, **about: object
) -> None:
    """Record an act. The audit page lists it for the Presidency if it asked for it."""
    data = {"is_of_presidency": report.is_of_presidency, **about}
    record(verb=verb, target=report, by=by, at=at, data=data)
