"""Webhooks: where changes are notified, each notification, and each try to send it."""

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.querysets import WebhookDeliveryQuerySet, WebhookEndpointQuerySet
from partners.webhooks.addresses import URL_LENGTH
from partners.webhooks.payloads import TYPE_CHOICES


class WebhookEndpoint(models.Model):
    """An address of a partner's machine that is notified of changes.

    It belongs to the service user of a key. It is notified of what that user may see,
    and of nothing else.
    """

    class State(models.TextChoices):
        ENABLED = "enabled", _("Enabled")
        DISABLED = "disabled", _("Disabled")

    class Reason(models.TextChoices):
        """Why it is disabled."""

        REQUEST = "request", _("By request")
        GONE = "gone", _("The receiver answered 410 Gone")
        FAILING = "failing", _("Every attempt failed, for days")

    class Problem(models.TextChoices):
        """Why nothing is sent at present, although it is enabled."""

        NO_KEY = "no_key", _("No usable key may manage webhooks")
        SECRET = "secret", _("The secret cannot be decrypted. Rotate it")
        BACKLOG = "backlog", _("Too many notifications wait")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="webhook_endpoints"
    )
    url = models.CharField(max_length=URL_LENGTH)
    # The filters of `changes/`: slugs, empty for all; and codes of members.
    plan = models.CharField(max_length=50, blank=True)
    instrument = models.CharField(max_length=50, blank=True)
    instrument_owner = models.CharField(max_length=50, blank=True)
    members = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ENABLED)
    disabled_reason = models.CharField(max_length=7, choices=Reason, blank=True)
    disabled_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=7, choices=Problem, blank=True)
    # Encrypted: see `partners.webhooks.sealing`. For a time after a rotation,
    # notifications are signed with the former secret too.
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_secret_until = models.DateTimeField(null=True)
    # How far `changes/` is read for it.
    cursor = models.TextField()
    # When `changes/` was last read for it.
    read_at = models.DateTimeField()
    # The number of its newest delivery.
    last_number = models.PositiveBigIntegerField(default=0)
    # The first failure since the last success.
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="enabled", disabled_reason="", disabled_at=None)
                | (
                    Q(state="disabled", disabled_at__isnull=False)
                    & ~Q(disabled_reason="")
                ),
                name="webhook_endpoint_is_disabled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(former_secret=None, former_secret_until=None)
                | Q(former_secret__isnull=False, former_secret_until__isnull=False),
                name="webhook_endpoint_former_secret_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["read_at"],
                condition=Q(state="enabled", deleted_at=None),
                name="webhook_endpoint_to_read",
            ),
        ]

    def __str__(self) -> str:
        """Return its host: the path of an address may hold a secret."""
        return urlsplit(self.url).hostname or ""


class WebhookDelivery(models.Model):
    """One notification to one endpoint, and the job of sending it.

    Its id is sent as `webhook-id`. It may arrive twice, if a worker is lost while it
    waits for the answer: a receiver recognizes it by the id.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries"
    )
    # Its place in the order of its endpoint. It counts what this endpoint gets.
    number = models.PositiveBigIntegerField()
    type = models.CharField(max_length=20, choices=TYPE_CHOICES)
    entry_id = models.UUIDField(null=True)
    assessment_table_id = models.UUIDField(null=True)
    # The bytes that are signed and sent: an id and a cursor.
    payload = models.TextField()
    # A digest of the rights with which it was made. With others it is not sent.
    rights = models.CharField(max_length=64, blank=True)
    # Sent once and out of order, because someone asked for it: a ping or a replay.
    is_requested = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    lease_ends_at = models.DateTimeField(null=True)
    # The receiver's last status, or why there was none.
    last_status = models.PositiveSmallIntegerField(null=True)
    last_problem = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "number"], name="webhook_delivery_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="sending", lease__isnull=False, lease_ends_at__isnull=False
                )
                | (~Q(state="sending") & Q(lease=None, lease_ends_at=None)),
                name="webhook_delivery_is_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], finished_at=None)
                | (~Q(state__in=["waiting", "sending"]) & Q(finished_at__isnull=False)),
                name="webhook_delivery_is_finished_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "number"],
                condition=Q(state__in=["waiting", "sending"]),
                name="webhook_delivery_at_work",
            ),
            models.Index(fields=["created_at"], name="webhook_delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.number}"

    @property
    def next_attempt_at(self) -> datetime | None:
        """Return when it is due, if it waits."""
        return self.due_at if self.state == self.State.WAITING else None


class WebhookAttempt(models.Model):
    """One try to send a delivery, and what came of it."""

    # The lease with which a worker held the delivery.
    id = models.UUIDField(primary_key=True, editable=False)
    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.CASCADE, related_name="attempts"
    )
    started_at = models.DateTimeField()
    # Null if the worker was lost before it knew.
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="webhook_attempt_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.started_at.isoformat()}"
