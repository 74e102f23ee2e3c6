"""Public reading: who turned it on, and which older entries their heads agreed to."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from progress.models.entries import Entry
from progress.querysets.public_reading import (
    PublicAgreementQuerySet,
    PublicReadingQuerySet,
)

# How many days before its start all heads are notified of it.
NOTICE_DAYS = 14


class PublicReading(models.Model):
    """A decision of two administrators to let anyone read clear entries.

    One proposes it and another confirms it. It starts by itself, `NOTICE_DAYS` after
    that, and lasts until it is turned off. The database refuses every change of what
    was recorded, and a second decision while this one is not over. See ADR 24.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ANNOUNCED = "announced", _("Announced")
        ON = "on", _("On")
        OVER = "over", _("Turned off")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="proposed_public_readings"
    )
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="confirmed_public_readings",
    )
    # Entries published from then on show.
    starts_at = models.DateTimeField(null=True)
    # A proposal that was not confirmed yet can end as well.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="ended_public_readings"
    )

    objects = PublicReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                IsNull(F("ended_at"), True),
                condition=Q(ended_at__isnull=True),
                name="public_reading_is_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    confirmed_at__isnull=True,
                    confirmed_by__isnull=True,
                    starts_at__isnull=True,
                )
                | Q(
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    starts_at__isnull=False,
                ),
                name="public_reading_is_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
                name="public_reading_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | Q(confirmed_at__gte=F("proposed_at")),
                name="public_reading_is_proposed_first",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(starts_at=F("confirmed_at") + timedelta(days=NOTICE_DAYS)),
                name="public_reading_starts_after_the_notice",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="public_reading_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("proposed_at")),
                name="public_reading_is_proposed_before_the_end",
            ),
        ]

    def __str__(self) -> str:
        return f"Public reading, proposed on {self.proposed_at:%Y-%m-%d}"

    def state_at(self, at: datetime) -> State:
        """Return how far it is at an instant. What turns it on is the database."""
        if self.ended_at is not None:
            return self.State.OVER
        if self.starts_at is None:
            return self.State.PROPOSED
        return self.State.ON if self.starts_at <= at else self.State.ANNOUNCED


class PublicAgreement(models.Model):
    """A head agreed that anyone may read an entry published before the start.

    It can be withdrawn once. The database refuses every other change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="public_agreements"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="public_agreements"
    )
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="public_agreements"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="withdrawn_public_agreements",
    )

    objects = PublicAgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(withdrawn_at__isnull=True),
                name="public_agreement_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="public_agreement_is_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(withdrawn_at__gte=F("agreed_at")),
                name="public_agreement_is_given_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.entry_id}"
