"""The silence procedure: who does not object by a deadline has agreed.

It knows nothing of what is agreed to. What circulates names its procedure.
"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from progress import limits


class SilenceProcedure(models.Model):
    """A question to members. It runs until its deadline, or until it is stopped.

    The deadline is one instant of the database's clock. It never changes: a handover of
    the chair keeps it, and another deadline needs another procedure.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Open for objections")
        OBJECTED = "objected", _("Objected to")
        AGREED = "agreed", _("Agreed by silence")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="started_silence_procedures"
    )
    # Until this instant, and at it, an objection counts.
    ends_at = models.DateTimeField()
    # Set once, if the Presidency takes the question back.
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="stopped_silence_procedures",
    )
    members = models.ManyToManyField(Member, through="AskedMember")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("started_at")),
                name="silence_procedure_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True)
                | Q(stopped_at__gte=F("started_at"), stopped_by__isnull=False),
                name="silence_procedure_is_stopped_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def accepts_objections(self, at: datetime) -> bool:
        """Return whether an objection at this instant counts."""
        return self.stopped_at is None and self.started_at <= at <= self.ends_at

    def state_at(self, at: datetime) -> State:
        """Return its state by an instant.

        One objection breaks the silence at once. Other members may still add theirs
        until the deadline. It reads `objections`, which a list can prefetch.
        """
        if self.stopped_at is not None and self.stopped_at <= at:
            return self.State.STOPPED
        if any(objection.objected_at <= at for objection in self.objections.all()):
            return self.State.OBJECTED
        return self.State.RUNNING if at <= self.ends_at else self.State.AGREED


class AskedMember(models.Model):
    """A member whose silence a procedure counts. Rows are only added."""

    procedure = models.ForeignKey(
        SilenceProcedure, on_delete=models.PROTECT, related_name="asked_members"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="silence_procedures"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "member"], name="asked_member_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.member_id}"


class Objection(models.Model):
    """A member breaks the silence, with a reason. Rows are only added.

    The database refuses one after the deadline, after a stop, or of a member that was
    not asked.
    """

    procedure = models.ForeignKey(
        SilenceProcedure, on_delete=models.PROTECT, related_name="objections"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="objections"
    )
    reason = models.CharField(max_length=limits.REASON)
    objected_at = models.DateTimeField()
    objected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="objections"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "member"], name="objection_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="objection_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.member_id}"
