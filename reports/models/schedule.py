"""When drafts of the Presidency are compiled by themselves."""

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from commitments.models import Plan
from progress.models import Handling
from reports.kinds import LAYOUTS

# Every month has this many days.
LAST_MONTH_DAY: Final = 28


class Schedule(models.Model):
    """A rhythm in which drafts of one report are compiled.

    It belongs to the Presidency, and not to a person: a handover passes it on. It is
    never deleted, only stopped. Times are in UTC.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")
        AT_CLOSE = "at_close", _("When a stocktake closes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="schedules")
    audience = models.CharField(max_length=5, choices=Handling)
    language = models.CharField(max_length=8, default="en")
    layout = models.CharField(max_length=7, default="full")
    rhythm = models.CharField(max_length=8, choices=Rhythm)
    # Monday is 0, as in `datetime.date.weekday`.
    weekday = models.PositiveSmallIntegerField(null=True)
    month_day = models.PositiveSmallIntegerField(null=True)
    time = models.TimeField(null=True)
    # The next instant at which a draft is due. None at the close of a stocktake, and
    # once it is stopped.
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="created_schedules"
    )
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="stopped_schedules"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm="daily", weekday=None, month_day=None)
                | Q(rhythm="weekly", weekday__range=(0, 6), month_day=None)
                | Q(
                    rhythm="monthly",
                    weekday=None,
                    month_day__range=(1, LAST_MONTH_DAY),
                )
                | Q(rhythm="at_close", weekday=None, month_day=None),
                name="schedule_rhythm_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(rhythm="at_close", time=None, next_at=None)
                | (
                    ~Q(rhythm="at_close")
                    & Q(time__isnull=False)
                    & (Q(next_at__isnull=False) | Q(stopped_at__isnull=False))
                ),
                name="schedule_rhythm_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True)
                | Q(
                    stopped_at__isnull=False,
                    stopped_by__isnull=False,
                    next_at__isnull=True,
                ),
                name="schedule_is_stopped_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(layout__in=LAYOUTS), name="schedule_layout_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(stopped_at__isnull=True),
                name="schedule_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rhythm_display()} {self.plan_id}"
