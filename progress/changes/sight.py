"""What decides which changes a reader gets: their rights, and what they ask for."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import User
from commitments.models import Commitment, MemberCommitment
from progress.changes.change import ChangeFilters
from progress.models import Assessment, AssessmentTable, Stocktake
from progress.permissions import WAS_NAMED
from progress.querysets.assessments import (
    AssessmentQuerySet,
    AssessmentTableQuerySet,
)
from progress.querysets.visibility import Rights, rights_of


@dataclass(frozen=True)
class Sight:
    """The rights of a reader at an instant, and the filters of what they read."""

    reader: UUID
    rights: Rights
    filters: ChangeFilters
    # The stocktakes that the reader reviews second, for the member in the chair.
    reviewed: tuple[UUID, ...]
    # The commitments that instruments narrow the changes to, or None.
    commitments: tuple[int, ...] | None
    # The body of an assessor, whose tables they see whatever the label.
    body: str | None
    # Whose rights these are, and the instant of them.
    person: User = field(compare=False, repr=False)
    at: datetime

    @classmethod
    def of(cls, reader: User, at: datetime, filters: ChangeFilters) -> Self:
        """Return what this reader sees at an instant. Up to three queries."""
        commitments = _commitments_of(filters, reader.instrument_owner)
        reviewed = reviewed_by(reader, at)
        return cls.known(reader, at, filters, reviewed, commitments)

    @classmethod
    def known(
        cls,
        reader: User,
        at: datetime,
        filters: ChangeFilters,
        reviewed: tuple[UUID, ...],
        commitments: tuple[int, ...] | None,
    ) -> Self:
        """Return the same where the answers to these queries are known."""
        return cls(
            reader=reader.pk,
            rights=rights_of(reader, at),
            filters=replace(filters, members=tuple(sorted(set(filters.members)))),
            reviewed=reviewed,
            commitments=commitments,
            body=reader.assessing_body,
            person=reader,
            at=at,
        )

    @property
    def digest(self) -> str:
        """Return a keyed hash of all on which it depends what this reader sees.

        It is equal for as long as the reader sees the same of the past.
        """
        rights = self.rights
        seen: list[Any] = [self.commitments]
        if rights.is_presidency:
            seen.append("presidency")
        else:
            seen += [rights.handlings, rights.own_member]
            seen += [rights.chair, self.reviewed] if self.reviewed else []
        seen += [{"body": self.body}] if self.body else []
        keyed = salted_hmac("progress.changes.sight", repr(seen), algorithm="sha256")
        return keyed.hexdigest()[:32]

    def tables(self) -> AssessmentTableQuerySet:
        """Return the released score tables that the reader sees, superseded or not."""
        return AssessmentTable.objects.visible_to(self.person, self.at).released()

    def assessments(self) -> AssessmentQuerySet:
        """Return the cells of released score tables that the reader sees."""
        visible = Assessment.objects.visible_to(self.person, self.at)
        return visible.filter(table__state="released")

    @property
    def is_narrow(self) -> bool:
        """Whether the filters leave a part so small that each is looked up alone."""
        filters = self.filters
        of_few_members = 0 < len(filters.members) <= 2
        return self.is_of_a_plan_or_instrument or of_few_members

    @property
    def is_filtered(self) -> bool:
        return self.is_of_a_plan_or_instrument or bool(self.filters.members)

    @property
    def is_of_a_plan_or_instrument(self) -> bool:
        return self.filters.plan is not None or self.commitments is not None

    def owed(self) -> QuerySet[MemberCommitment]:
        """Return the member commitments that the filters leave."""
        rows = MemberCommitment.objects.all()
        if self.filters.plan is not None:
            rows = rows.filter(commitment__plan__slug=self.filters.plan)
        if self.commitments is not None:
            rows = rows.filter(commitment__in=self.commitments)
        if self.filters.members:
            rows = rows.filter(member__in=self.filters.members)
        return rows


def reviewed_by(reader: User, at: datetime) -> tuple[UUID, ...]:
    """Return the stocktakes that a reader reviews second. Up to two queries."""
    rights = rights_of(reader, at)
    if not rights.person or not rights.chair or rights.is_presidency:
        return ()
    if not reader.ask_once(WAS_NAMED, reader.second_reviews.exists):
        return ()
    named = Stocktake.objects.filter(second_reviewer=reader).order_by("pk")
    return tuple(named.values_list("pk", flat=True))


def _commitments_of(
    filters: ChangeFilters, limit: str | None
) -> tuple[int, ...] | None:
    """Return the commitments that instruments narrow the changes to, or None.

    `limit` is the one that a key is limited to. Which commitments concern an instrument
    may change: then a cursor would leave changes out. One query.
    """
    concerned = [slug for slug in (filters.instrument_owner, limit) if slug is not None]
    if filters.instrument is None and not concerned:
        return None
    rows = Commitment.objects.order_by("pk")
    if filters.plan is not None:
        rows = rows.filter(plan__slug=filters.plan)
    if filters.instrument is not None:
        rows = rows.filter(instruments__slug=filters.instrument)
    for slug in concerned:
        rows = rows.concerning(slug)
    return tuple(rows.values_list("pk", flat=True))
