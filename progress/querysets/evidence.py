"""Evidence that a reader may see, and link checks and scans that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from progress.querysets.visibility import reads_all_of_own_member

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from progress.models import Evidence, EvidenceScan, LinkCheck  # noqa: F401

AnyCheck = TypeVar("AnyCheck", "LinkCheck", "EvidenceScan")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the evidence of the reader's delegation and of entries they may see.

        For other readers even the name of a file does not exist.
        """
        visible = apps.get_model("progress", "Entry").objects.visible_to(reader, at)
        redacted = visible.redacted_to(visible)
        links = apps.get_model("progress", "EntryEvidence").objects.filter(
            evidence=OuterRef("pk"), entry__in=redacted.values("pk")
        )
        is_own = Q(pk__in=[])
        if reads_all_of_own_member(reader):
            is_own = Q(member=reader.delegation)
        return self.filter(is_own | Q(Exists(links)))

    def files_visible_to(self, reader: User, at: datetime) -> Self:
        """Return the visible files, each with its bytes and its scan."""
        files = self.visible_to(reader, at).filter(kind="file")
        return files.select_related("file", "scan")


class CheckQuerySet(models.QuerySet[AnyCheck]):
    """Checks of evidence: of links, and of files."""

    def waiting(self, at: datetime) -> Self:
        """Return the checks that are due and that no worker holds."""
        is_free = Q(lease__isnull=True) | Q(lease_ends_at__lte=at)
        return self.filter(is_free, due_at__lte=at)


class LinkCheckQuerySet(CheckQuerySet["LinkCheck"]):
    pass


class EvidenceScanQuerySet(CheckQuerySet["EvidenceScan"]):
    pass
