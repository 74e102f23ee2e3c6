"""Which rows: who may see an entry, and what was known when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import DELEGATION_ROLES, Role, Scope

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from accounts.models import User
    from progress.models import Entry, Stocktake  # noqa: F401


class StocktakeQuerySet(models.QuerySet["Stocktake"]):
    def open(self) -> Self:
        return self.filter(opened_at__isnull=False, closed_at__isnull=True)


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, reader: User, at: datetime | None = None) -> Self:
        """The entries this reader may know of (rule 4), by the rights of an instant.

        `at` is now unless told: rights are those of the moment of reading, whatever
        clock the entries are asked by.
        """
        return self.filter(_sight(reader, at or timezone.now()))

    def as_known_at(self, known_at: datetime) -> Self:
        """Rule 3 (a) and (b): published by then, and not superseded by then.

        An entry is gone even where its successor is one the reader may not see.
        """
        successors = self.model.objects.filter(
            supersedes=OuterRef("pk"), published_at__lte=known_at
        )
        return self.filter(published_at__lte=known_at).exclude(Exists(successors))

    def positions(self, *, at: date, known_at: datetime) -> Self:
        """Rule 3 (c) and (d), of the entries in hand: one a member commitment.

        Call it on what the reader may see: `visible_to(reader).positions(…)`.
        """
        return (
            self.as_known_at(known_at)
            .exclude(kind="withdrawal")
            .filter(as_of__lte=at)
            .order_by("member_commitment", "-as_of", "-published_at", "-pk")
            .distinct("member_commitment")
        )

    def with_successors(self) -> Self:
        """Each with `has_live_successor`: a correction or withdrawal at work or out."""
        successors = self.model.objects.filter(supersedes=OuterRef("pk"))
        return self.annotate(
            has_live_successor=Exists(successors.exclude(state="discarded"))
        )

    def locked(self, pk: UUID) -> Entry:
        """The row, held until the transaction ends, with what its rules ask for."""
        return (
            self.with_successors()
            .select_for_update(of=("self",))
            .select_related("member_commitment__commitment__plan")
            .select_related("member_commitment__member", "stocktake", "supersedes")
            .get(pk=pk)
        )


def _sight(reader: User, at: datetime) -> Q:
    """Rule 4 as one condition: the sum of what each standing lets a reader see."""
    sight = Q(pk__in=[])
    published = Q(state="published")
    if reader.has_role(Role.OBSERVER, Role.ASSESSOR, *DELEGATION_ROLES):
        if reader.may(Scope.READ_CLEAR):
            sight |= published & Q(handling="clear")
        if reader.may(Scope.READ_GREEN):
            sight |= published & Q(handling__in=["clear", "green"])
    if reader.delegation and reader.may(Scope.READ_OWN):
        sight |= Q(member_commitment__member=reader.delegation)
    if reader.is_presidency(at):
        # Its own member's entries are read as a delegation's, above.
        sight |= published | Q(state="submitted")
    if reader.delegation and reader.scopes is None:
        sight |= Q(
            state__in=["submitted", "published"],
            stocktake__second_reviewer=reader,
            member_commitment__member=reader.chair_at(at),
        )
    return sight
