"""The browsers a person has used, and the mail about a change of their sign-in."""

from django.db import models
from django.db.models import Q

from accounts.models.mail_jobs import MailJob, leased_while_sending, unfinished_mails
from accounts.models.people import User
from accounts.querysets import KnownDeviceQuerySet


class KnownDevice(models.Model):
    """A browser that a person has used. Only the digest of its token is stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="devices")
    digest = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = KnownDeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "digest"], name="known_device_is_one_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_seen_at:%Y-%m-%d}"


class NewDeviceMail(MailJob):
    """The mail that tells a person what happened to their sign-in.

    Most are about a new device. The others are about what is asked when they sign in.
    """

    class About(models.TextChoices):
        """What happened. Each has its own templates, of this name."""

        DEVICE = "new_device"
        FACTOR_ADDED = "second_factor_added"
        FACTOR_REMOVED = "second_factor_removed"
        CODES_MADE = "recovery_codes_made"

    RETRY_VERB = "new_device_mail.retry"

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="new_device_mails"
    )
    about = models.CharField(
        max_length=24,
        choices=About,
        default=About.DEVICE,
        db_default=About.DEVICE.value,
    )
    # When it happened.
    signed_in_at = models.DateTimeField()
    # Never dropped: if the person is deactivated before, it fails.
    state = models.CharField(
        max_length=7,
        choices=[choice for choice in MailJob.State.choices if choice[0] != "dropped"],
        default=MailJob.State.WAITING,
    )

    class Meta:
        constraints = [
            leased_while_sending("new_device_mail_is_leased_while_sending"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sent", "failed", "unknown"], finished_at__isnull=False
                )
                | Q(state__in=["waiting", "sending"], finished_at__isnull=True),
                name="new_device_mail_is_finished_at_a_time",
            ),
        ]
        indexes = [unfinished_mails("new_device_mail_at_work")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.signed_in_at:%Y-%m-%d %H:%M}"
