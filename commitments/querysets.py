"""Sets of member commitments, as known at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from commitments.models import (  # noqa: F401
        LeadAndTargetVersion,
        MemberCommitment,
    )


class LeadAndTargetVersionQuerySet(models.QuerySet["LeadAndTargetVersion"]):
    def as_known_at(self, known_at: datetime | Combinable) -> Self:
        """Return the versions set by an instant, the newest first.

        A later row counts over an earlier one, whatever the clocks of the servers said.
        """
        return self.filter(set_at__lte=known_at).order_by("-pk")


class MemberCommitmentQuerySet(models.QuerySet["MemberCommitment"]):
    def with_lead_and_target(self, known_at: datetime | Combinable) -> Any:
        """Add `lead_authority` and `target_on` as they were known at an instant."""
        known = versions_of(OuterRef("pk")).as_known_at(known_at)
        return self.annotate(
            lead_authority=Coalesce(
                Subquery(known.values("lead_authority")[:1]), Value("")
            ),
            target_on=Subquery(known.values("target_on")[:1]),
        )


def versions_of(member_commitment: Any) -> LeadAndTargetVersionQuerySet:
    """Return the versions of a member commitment: a row, or a reference to one."""
    model: Any = apps.get_model("commitments", "LeadAndTargetVersion")
    found: LeadAndTargetVersionQuerySet = model.objects.filter(
        member_commitment=member_commitment
    )
    return found
