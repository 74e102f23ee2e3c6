"""Audit events, runs of scheduled tasks, and the mark of a demonstration."""

from django.db import models


class Event(models.Model):
    """One act of a person or of the system. Rows are only ever added.

    Names are kept as they were at that time: renaming an account does not change its
    past. No column is a foreign key to a row of an app above.
    """

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=254)
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
