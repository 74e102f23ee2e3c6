"""Which decisions about a stocktake a reader may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from progress.models import Extension, Release  # noqa: F401


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """More time for all is said to all; a member's own tells what it still owes."""
        if reader.is_presidency(at):
            return self.all()
        return self.filter(Q(member=None) | Q(member=reader.delegation or ""))


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """The delegation's whose entry it is, and the Presidency's."""
        if reader.is_presidency(at):
            return self.all()
        return self.filter(entry__member_commitment__member=reader.delegation or "")
