"""Private addresses at which a calendar or a feed reader reads as one person."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.dates import utc_day
from accounts.models import Member, User
from audit.models import not_paused
from commitments.models import Instrument, Plan


class PrivateFeedQuerySet(models.QuerySet["PrivateFeed"]):
    def visible_to(self, reader: User) -> Self:
        """Return the reader's own addresses that are not revoked."""
        return self.filter(user=reader, revoked_at=None)

    def at_address(self, digest: str) -> Self:
        """Return the address with this digest, if it and its person's account live.

        An address that is unknown, revoked or of a deactivated account is one and the
        same: no row. So is one of a person whose role has ended. While the system is
        paused, there is none.
        """
        living = self.filter(
            not_paused(), digest=digest, revoked_at=None, user__is_active=True
        )
        living = living.exclude(user__role_ends_on__lt=utc_day(timezone.now()))
        return living.select_related("user__member", "plan", "instrument", "member")


class PrivateFeed(models.Model):
    """A private address. The address is shown once; stored is its SHA-256."""

    class Kind(models.TextChoices):
        CHANGES = "changes", _("What is published, as a feed")
        DEADLINES = "deadlines", _("Deadlines, as a calendar")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="private_feeds"
    )
    kind = models.CharField(max_length=9, choices=Kind)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="private_feeds"
    )
    # For a feed of changes: only those of what names this, and of this member.
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, related_name="private_feeds"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="private_feeds"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    # The UTC day of the last fetch.
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = PrivateFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="changes")
                | Q(kind="deadlines", instrument__isnull=True, member__isnull=True),
                name="private_feed_kind_fits_its_filters",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="private_feed_digest_is_sha256",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
