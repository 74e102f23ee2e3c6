"""What is due for a schedule at an instant, and the draft to compile for it."""

from dataclasses import dataclass
from datetime import datetime

from accounts.dates import next_second, utc_day
from progress.models import Stocktake
from reports.models import Report, Schedule
from reports.schedules.terms import SCHEDULED_KIND, ScheduleTerms


@dataclass(frozen=True)
class Due:
    """A draft that a schedule asks for: what was due at `due_at`.

    Of several times that have passed, only the last counts. Each stocktake that has
    closed counts for itself.
    """

    schedule: Schedule
    due_at: datetime
    stocktake: Stocktake | None

    def report_at(self, at: datetime) -> Report:
        """Return the draft, unsaved. It says what is known now, however late it is."""
        schedule = self.schedule
        return Report(
            plan=schedule.plan,
            kind=SCHEDULED_KIND,
            layout=schedule.layout,
            stocktake=self.stocktake,
            at=utc_day(at),
            known_at=next_second(at),
            audience=schedule.audience,
            language=schedule.language,
            requested_at=at,
            schedule=schedule,
            scheduled_for=self.due_at,
            is_of_presidency=True,
        )


def due_of(schedule: Schedule, at: datetime) -> Due | None:
    """Return what is due for a schedule, or None."""
    if schedule.stopped_at is not None:
        return None
    stocktakes = Stocktake.objects.filter(plan=schedule.plan)
    if schedule.rhythm == Schedule.Rhythm.AT_CLOSE:
        closed = stocktakes.filter(
            closed_at__gt=schedule.done_until, closed_at__lte=at
        ).order_by("closed_at", "pk")
        return next((Due(schedule, _closed_at(row), row) for row in closed[:1]), None)
    if schedule.next_at is None or schedule.next_at > at:
        return None
    due_at = ScheduleTerms.of(schedule).last_until(schedule.next_at, at)
    return Due(schedule, due_at, stocktakes.in_hand_at(at).first())


def _closed_at(stocktake: Stocktake) -> datetime:
    assert stocktake.closed_at is not None  # noqa: S101 - the query asked for it
    return stocktake.closed_at
