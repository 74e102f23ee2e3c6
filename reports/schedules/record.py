"""What the page of schedules says about each: when, what comes next, what came last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from progress.models import Stocktake
from reports.models import Report, Schedule, ScheduleQuerySet

# A run that comes later than this is said to be late.
PUNCTUAL = timedelta(minutes=10)
# How many stopped schedules are listed: the last ones.
MOST_STOPPED = 20
Rhythm = Schedule.Rhythm


@dataclass(frozen=True)
class ScheduleRecord:
    """A schedule as its page shows it at an instant."""

    schedule: Schedule
    when: str  # “Every Monday at 06:00 UTC”
    layout: str  # “Full”
    # The stocktake whose close is waited for, if one is open.
    awaited: Stocktake | None
    # Whether what is due has not come yet.
    is_overdue: bool
    # Whether the last run came long after the time at which it was due.
    was_late: bool

    @classmethod
    def of(
        cls, schedule: Schedule, *, open_now: Mapping[int, Stocktake], at: datetime
    ) -> Self:
        is_at_close = schedule.rhythm == Rhythm.AT_CLOSE
        ran, due = schedule.last_run_at, schedule.done_until
        return cls(
            schedule=schedule,
            when=rhythm_text(schedule),
            layout=layout_text(schedule),
            awaited=open_now.get(schedule.plan_id) if is_at_close else None,
            is_overdue=schedule.next_at is not None and schedule.next_at <= at,
            was_late=ran is not None and ran - due > PUNCTUAL,
        )


def rhythm_text(schedule: Schedule) -> str:
    """Return when drafts come, in UTC: “On day 1 of each month at 06:00 UTC”."""
    time = f"{schedule.time:%H:%M}" if schedule.time else ""
    if schedule.rhythm == Rhythm.DAILY:
        return _("Every day at %(time)s UTC") % {"time": time}
    if schedule.weekday is not None:
        day = WEEKDAYS[schedule.weekday]
        return _("Every %(weekday)s at %(time)s UTC") % {"weekday": day, "time": time}
    if schedule.month_day is not None:
        return _("On day %(day)d of each month at %(time)s UTC") % {
            "day": schedule.month_day,
            "time": time,
        }
    return str(Rhythm.AT_CLOSE.label)


def layout_text(schedule: Schedule) -> str:
    return str(Report.Layout(schedule.layout).label)


def schedule_records(
    schedules: ScheduleQuerySet, at: datetime
) -> tuple[list[ScheduleRecord], list[ScheduleRecord]]:
    """Return the active schedules, next first, and the last that were stopped."""
    shown = schedules.select_related("plan", "last_draft").defer(
        "last_draft__snapshot", "plan__source_text", "plan__preamble"
    )
    active = shown.active().order_by("next_at", "created_at", "pk")
    stopped = shown.exclude(stopped_at=None).order_by("-stopped_at", "pk")
    open_now = {row.plan_id: row for row in Stocktake.objects.open()}

    def records(rows: Iterable[Schedule]) -> list[ScheduleRecord]:
        return [ScheduleRecord.of(row, open_now=open_now, at=at) for row in rows]

    return records(active), records(stopped[:MOST_STOPPED])
