"""Decisions on public reading that hold now, and agreements of heads in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Now

from audit.models import not_paused

if TYPE_CHECKING:
    from progress.models import PublicAgreement, PublicReading  # noqa: F401


class PublicReadingQuerySet(models.QuerySet["PublicReading"]):
    def not_over(self) -> Self:
        """Return the decision that is proposed, announced or on: one at most."""
        return self.filter(ended_at__isnull=True)

    def announced(self) -> Self:
        """Return the decision of which all heads were notified, started or not."""
        return self.not_over().filter(starts_at__isnull=False)

    def on(self) -> Self:
        """Return the decision by which anyone may read now, by the database's clock.

        While the system is paused, there is none.
        """
        return self.not_over().filter(not_paused(), starts_at__lte=Now())


class PublicAgreementQuerySet(models.QuerySet["PublicAgreement"]):
    def in_force(self) -> Self:
        """Return the agreements that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)
