"""Stocktakes, their extensions, and the handovers of the chair."""

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.dates import utc_day
from accounts.models import Member, Presidency, User
from commitments.models import Plan
from progress import limits
from progress.models.annotations import Annotation
from progress.querysets.stocktakes import ExtensionQuerySet, StocktakeQuerySet


class Stocktake(models.Model):
    """One stocktake of a plan, over all members, before a summit.

    Planned until `opened_at`, open until `closed_at`. Every deadline is an instant.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="stocktakes")
    slug = models.SlugField()
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    grace_ends_at = models.DateTimeField()
    second_reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="second_reviews"
    )
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="opened_stocktakes"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="closed_stocktakes"
    )

    # SHA-256 of all published positions at the close, as canonical JSON.
    closing_sha256 = models.CharField(max_length=64, blank=True)
    # The head of the ledger at the close.
    closing_head = models.CharField(max_length=64, blank=True)
    # Counts every write, so that a form can name the version it started from.
    version = models.PositiveIntegerField(default=1)

    objects = StocktakeQuerySet.as_manager()

    # When the longest extension of one member ends; None without an extension.
    extended_until = Annotation[datetime | None]("StocktakeQuerySet.with_time_for")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "slug"], name="stocktake_slug_is_unique_in_its_plan"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
                name="stocktake_one_open_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("due_at"))
                & Q(due_at__lte=F("grace_ends_at")),
                name="stocktake_dates_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(
                    opened_at__isnull=False,
                    opened_by__isnull=False,
                    second_reviewer__isnull=False,
                ),
                name="stocktake_opened_by_somebody_with_a_second_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=True, closed_by__isnull=True, closing_sha256=""
                )
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    opened_at__isnull=False,
                    closing_sha256__regex=r"^[0-9a-f]{64}$",
                ),
                name="stocktake_closed_by_somebody_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> "Stocktake.State":
        if self.closed_at is not None:
            return self.State.CLOSED
        return self.State.PLANNED if self.opened_at is None else self.State.OPEN

    def day_beside_scores(self, known_at: datetime) -> date:
        """Return the day (UTC) of the self-reports that are shown beside its scores.

        It is that of the close, or the day of reading while that is not known yet.
        """
        if self.closed_at is None or known_at < self.closed_at:
            return utc_day(known_at)
        return utc_day(self.closed_at)

    def is_past_due(self, at: datetime) -> bool:
        """Whether an update that arrives at this instant is late: see docs/rules.md."""
        return at > self.due_at


class Extension(models.Model):
    """More time for one member or for all. An entry that uses it is still late."""

    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, related_name="extensions"
    )
    # None: every member.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="extensions"
    )
    reason = models.CharField(max_length=limits.REASON)
    ends_at = models.DateTimeField()
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="granted_extensions"
    )

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="extension_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(granted_at__lt=F("ends_at")),
                name="extension_ends_after_it_is_granted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stocktake_id} {self.member_id or ''} until {self.ends_at}"


class Handover(models.Model):
    """The record that the chair was passed to a presidency.

    Rights follow the dates of the presidencies, with or without this record.
    """

    presidency = models.OneToOneField(
        Presidency, on_delete=models.PROTECT, related_name="handover"
    )
    note = models.CharField(max_length=limits.NEXT_STEPS, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="given_handovers"
    )
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="received_handovers"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True, handed_over_by__isnull=True)
                | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
                name="handover_given_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="handover_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=False)
                | Q(received_at__isnull=False),
                name="handover_given_or_received",
            ),
        ]

    def __str__(self) -> str:
        return str(self.presidency)
