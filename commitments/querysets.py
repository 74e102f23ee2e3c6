"""Sets of commitments, and of member commitments as known at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import (
    BooleanField,
    Expression,
    F,
    OuterRef,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from commitments.models import (  # noqa: F401
        Commitment,
        LeadAndTargetVersion,
        MemberCommitment,
    )


class Concerns(Expression):
    """The condition that a commitment concerns an instrument, given by its slug.

    It does if it names the instrument, or one that the instrument owns, at any depth.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, commitment: str, slug: str | Expression) -> None:
        """`commitment` is the path to the key of the commitment."""
        super().__init__()
        self.commitment: Any = F(commitment)
        self.slug = slug

    def get_source_expressions(self) -> list[Any]:
        return [self.commitment]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.commitment,) = exprs

    def as_sql(self, compiler: Any, _connection: Any) -> Any:
        key, params = compiler.compile(self.commitment)
        named = (
            "SELECT named.commitment_id"
            " FROM commitments_commitment_instruments AS named"
            " WHERE named.instrument_id IN (SELECT instruments_of(%s))"
        )
        return f"{key} IN ({named})", (*params, self.slug)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def concerning(self, slug: str | Expression) -> Self:
        """Return the commitments that name this instrument, or one that it owns.

        An instrument also owns what belongs to its own instruments, at any depth.
        """
        return self.filter(Concerns("pk", slug))


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


def owned_by(slug: str) -> Any:
    """Return the instrument with this slug, and all that it owns, at any depth."""
    model: Any = apps.get_model("commitments", "Instrument")
    keys = RawSQL("SELECT instruments_of(%s)", [slug])
    return model.objects.filter(pk__in=keys)


def versions_of(member_commitment: Any) -> LeadAndTargetVersionQuerySet:
    """Return the versions of a member commitment: a row, or a reference to one."""
    model: Any = apps.get_model("commitments", "LeadAndTargetVersion")
    found: LeadAndTargetVersionQuerySet = model.objects.filter(
        member_commitment=member_commitment
    )
    return found
