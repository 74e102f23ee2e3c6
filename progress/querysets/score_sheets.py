"""Files of scores that wait to be applied. Each assessor reads only their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from progress.models import ScoreSheetUpload  # noqa: F401


class ScoreSheetUploadQuerySet(models.QuerySet["ScoreSheetUpload"]):
    def visible_to(self, reader: User) -> Self:
        """Return the reader's own uploads, while they still score for the body.

        An API key uploads no sheet: it writes through the API.
        """
        body = reader.assessing_body
        if reader.scopes is not None or body is None:
            return self.none()
        return self.filter(owner=reader.pk, table__body=body)
