"""Files that wait to be applied. Each person reads only their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.models import Role

if TYPE_CHECKING:
    from accounts.models import User
    from progress.models import SheetUpload  # noqa: F401


class SheetUploadQuerySet(models.QuerySet["SheetUpload"]):
    def visible_to(self, reader: User) -> Self:
        """Return the reader's own uploads, while they may still write for the member.

        An API key uploads no sheet: it writes through the API.
        """
        may_write = reader.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)
        if reader.scopes is not None or reader.delegation is None or not may_write:
            return self.none()
        return self.filter(owner=reader.pk, member=reader.delegation)
