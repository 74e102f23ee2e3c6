"""When drafts of the Presidency are compiled by themselves."""

import uuid
from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from commitments.models import Plan
from progress.models import Handling, Stocktake
from reports.kinds import LAYOUTS
from reports.languages import LANGUAGES

# Every month has this many days.
LAST_MONTH_DAY: Final = 28
# What is compiled, and what decides when.
TERMS: Final = (
    "plan",
    "audience",
    "language",
    "layout",
    "rhythm",
    "weekday",
    "month_day",
    "time",
)


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def visible_to(self, reader: User, at: datetime) -> "ScheduleQuerySet":
        """Return all schedules to the present Presidency, and none to others."""
        return self.all() if reader.is_presidency(at) else self.none()

    def active(self) -> "ScheduleQuerySet":
        return self.filter(stopped_at=None)

    def due(self, at: datetime) -> "ScheduleQuerySet":
        """Return the schedules for which a draft is due, those due first in front.

        A time that has passed makes a draft due, or a stocktake that has closed.
        """
        closed = Stocktake.objects.filter(
            plan=OuterRef("plan"), closed_at__gt=OuterRef("done_until")
        )
        is_closed = Q(rhythm="at_close") & Exists(closed.filter(closed_at__lte=at))
        due = self.active().filter(Q(next_at__lte=at) | is_closed)
        return due.order_by("next_at", "created_at", "pk")


class Schedule(models.Model):
    """A rhythm in which drafts of one report are compiled.

    It belongs to the Presidency, and not to a person: a handover passes it on. It is
    never deleted, only stopped. Times are in UTC.
    """

    class Outcome(models.TextChoices):
        COMPILED = "compiled", _("A draft was compiled")
        UNCHANGED = "unchanged", _("Nothing had changed")

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
    # Nothing that was due up to this instant is due any more.
    done_until = models.DateTimeField()
    # What the last run did, and the draft that it asked for or that still says it all.
    last_run_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    last_draft = models.ForeignKey(
        "reports.Report", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Counts every change by a person, so that a form can name the version it shows.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="created_schedules"
    )
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="stopped_schedules"
    )

    objects = ScheduleQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(
                    last_run_at__isnull=True, last_outcome="", last_draft__isnull=True
                )
                | Q(
                    last_run_at__isnull=False,
                    last_outcome__in=["compiled", "unchanged"],
                    last_draft__isnull=False,
                ),
                name="schedule_run_has_its_outcome",
            ),
            models.UniqueConstraint(
                fields=[*TERMS],
                condition=Q(stopped_at__isnull=True),
                nulls_distinct=False,
                name="schedule_is_there_once",
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
        return f"{self.get_rhythm_display()}: {self.plan}"

    @property
    def language_name(self) -> str:
        """Return the name of the reports' language in that language."""
        return LANGUAGES.get(self.language, self.language)
