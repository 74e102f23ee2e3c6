"""Reference data that administrators change on pages."""

from typing import ClassVar

from django.db import models


class EditedRow(models.Model):
    """A row with fields that administrators change on a page of our own.

    A load of the files leaves those fields alone once they were changed there.
    """

    # The fields of its page. No other field is ever changed there.
    edited_fields: ClassVar[tuple[str, ...]]

    # Counts the writes, so that a form can name the version it started from.
    version = models.PositiveIntegerField(default=1)
    # When an administrator last changed it. Events say who did.
    edited_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
