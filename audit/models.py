"""Audit events, runs of scheduled tasks, the mark of a demonstration, and pauses."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.lookups import IsNull

# The office of a person who acts for no member and no body, and of the system. It is no
# code and no slug.
NO_OFFICE = "/"


class Event(models.Model):
    """One act of a person or of the system. Rows are only ever added.

    Names are kept as they were at that time: renaming an account does not change its
    past. No column is a foreign key to a row of an app above.
    """

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=254)
    # For whom they acted: the code of a member, the slug of an assessing body, or
    # `NO_OFFICE`. Empty in events from before it was recorded.
    office = models.CharField(max_length=64, blank=True, db_default="")
    verb = models.CharField(max_length=64)
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=64)
    target = models.CharField(max_length=300)
    member = models.CharField(max_length=2, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    job_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(
                fields=["target_type", "target_id", "id"], name="event_target"
            ),
            # For the audit page: what concerns a member, and what has some verbs.
            models.Index(
                fields=["member", "at", "id"],
                condition=~models.Q(member=""),
                name="event_of_member",
            ),
            models.Index(fields=["verb", "at", "id"], name="event_of_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.target}"


class Demonstration(models.Model):
    """The one row that marks a database as filled with illustrative data."""

    id = models.BooleanField(primary_key=True, default=True)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=True), name="demonstration_is_one_row"
            ),
        ]

    def __str__(self) -> str:
        return f"Illustrative data since {self.marked_at:%Y-%m-%d}"


class PeriodicRun(models.Model):
    """When a scheduled task was last done: one row a task, so that a gap shows."""

    task = models.CharField(primary_key=True, max_length=80)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} {self.done_at:%Y-%m-%d %H:%M}"


class SystemPauseQuerySet(models.QuerySet["SystemPause"]):
    def in_force(self) -> Self:
        """Return the pause that is not over. There is one at most."""
        return self.filter(ended_at=None)


class SystemPause(models.Model):
    """The time between a restore and the decision that its data may be used.

    Only administrators can sign in, no API key works, no public page is shown, and no
    task runs. Only the owner of the database begins or ends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField()
    # When the backup was made.
    backup_at = models.DateTimeField(null=True)
    # The last record of the ledger that was restored. Empty if there is none.
    ledger_head = models.CharField(max_length=64, blank=True)
    # Days and hashes of signed heads, kept outside, that are not in what was restored.
    missing_heads = models.JSONField(default=list)
    # How much was revoked, by its kind.
    revoked = models.JSONField(default=dict)
    # When the erasures of the list kept outside were repeated. Needed before the end.
    erasures_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # As given to the command.
    ended_by = models.CharField(max_length=200, blank=True)

    objects = SystemPauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                IsNull(F("ended_at"), True),
                condition=Q(ended_at__isnull=True),
                name="system_pause_is_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (
                    Q(ended_at__isnull=False, erasures_at__isnull=False)
                    & ~Q(ended_by="")
                ),
                name="system_pause_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Paused since {self.started_at:%Y-%m-%d %H:%M}"


def not_paused() -> Q:
    """Return a condition for a query that also reads who comes in, or what is shown."""
    return Q(~Exists(SystemPause.objects.in_force()))
