"""Stocktakes, and the decisions about them that a reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Max, Q

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from progress.models import Extension, Release, Stocktake  # noqa: F401


class StocktakeQuerySet(models.QuerySet["Stocktake"]):
    def visible_to(self, reader: User) -> Self:
        """Return all stocktakes to everyone who reads entries."""
        reads = reader.reads_entries
        return self.all() if reads else self.none()

    def open(self) -> Self:
        return self.filter(opened_at__isnull=False, closed_at__isnull=True)

    def with_time_for(self, member: str | None) -> Self:
        """Annotate `extended_until`, from extensions for this member and for all.

        Without a member only extensions for all count.
        """
        theirs = Q(extensions__member=None) | Q(extensions__member=member)
        return self.annotate(extended_until=Max("extensions__ends_at", filter=theirs))

    def in_hand_at(self, at: datetime) -> Self:
        """Return the stocktakes opened by an instant: the one in hand comes first.

        It is the newest of a plan. It stays in hand after its close, until the next one
        opens.
        """
        return self.filter(opened_at__lte=at).order_by("-opened_at", "-pk")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return extensions for all, and those of the reader's own member.

        Another member's extension would reveal that it still owes entries.
        """
        if reader.is_presidency(at):
            return self.all()
        return self.filter(Q(member=None) | Q(member=reader.delegation or ""))


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return releases of the reader's own entries; the Presidency sees all."""
        if reader.is_presidency(at):
            return self.all()
        return self.filter(entry__member_commitment__member=reader.delegation or "")
