"""Evidence that a reader may see, and the link checks that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from progress.models import Evidence, LinkCheck  # noqa: F401


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, reader: User, at: datetime | None = None) -> Self:
        """What the reader's own delegation added, and what an entry they see carries.

        Not the name of a file, nor that it exists, is for anybody else.
        """
        visible = apps.get_model("progress", "Entry").objects.visible_to(reader, at)
        told = visible.redacted_to(visible)
        links = apps.get_model("progress", "EntryEvidence").objects.filter(
            evidence=OuterRef("pk"), entry__in=told.values("pk")
        )
        sight = Q(pk__in=[])
        if reader.delegation and reader.may(Scope.READ_OWN):
            sight |= Q(member=reader.delegation)
        return self.filter(sight | Q(Exists(links)))

    def files_visible_to(self, reader: User, at: datetime | None = None) -> Self:
        """Of those the files, each with its bytes."""
        return self.visible_to(reader, at).filter(kind="file").select_related("file")


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def waiting(self, at: datetime) -> Self:
        """Those due by now that nobody looks at, or whose worker was lost."""
        is_free = Q(lease__isnull=True) | Q(lease_ends_at__lte=at)
        return self.filter(is_free, due_at__lte=at)
