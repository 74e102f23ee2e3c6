"""The base of every mail that a job sends."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.querysets import MailJobQuerySet


class MailJob(models.Model):
    """One mail to one person, and the job of sending it.

    The row is `sending` in the database before a mail server is asked. If the worker is
    lost after that, the mail may have been sent or not: the row becomes `unknown`, and
    only an administrator can have it sent again. See ADR 0006.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("No longer needed")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # The mail is not sent before this. Each refusal makes the pause longer.
    due_at = models.DateTimeField()
    lease_ends_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Why it was not sent, and what an administrator can do.
    problem = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField(null=True)

    # The user is a field of each kind of mail. `RETRY_VERB` is the audit event's.
    user: models.ForeignKey[User, User]
    RETRY_VERB: ClassVar[str]

    objects = MailJobQuerySet.as_manager()

    class Meta:
        abstract = True


def leased_while_sending(name: str) -> models.CheckConstraint:
    """Return the constraint that a mail job has a lease only while it is sent."""
    return models.CheckConstraint(
        condition=Q(state="sending", lease_ends_at__isnull=False)
        | (~Q(state="sending") & Q(lease_ends_at__isnull=True)),
        name=name,
    )


def unfinished_mails(name: str) -> models.Index:
    """Return the index by which a sweep finds the mail jobs that are not finished."""
    condition = Q(state__in=["waiting", "sending"])
    return models.Index(fields=["due_at"], condition=condition, name=name)
