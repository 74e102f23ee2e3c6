"""A filled-in sheet that one person uploaded, until it is applied or discarded."""

import uuid

from django.db import models
from django.db.models import Q

from progress import limits


class UploadedSheet(models.Model):
    """The file of one person, or the report of what it changed.

    No one else reads it: it is like text in a browser that is not saved yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=limits.FILE_NAME)
    # Empty once the sheet is applied.
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    # What its owner chose for a row: its code → choice and the version it is of.
    decisions = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True)
    # What was done, row by row: ids and outcomes, no texts.
    report = models.JSONField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


def upload_constraints(name: str) -> list[models.BaseConstraint]:
    """Return what holds for every uploaded sheet. `name` begins the constraints'."""
    waits = Q(applied_at__isnull=True, report__isnull=True, content__isnull=False)
    is_applied = Q(applied_at__isnull=False, report__isnull=False, content__isnull=True)
    return [
        models.CheckConstraint(
            condition=waits | is_applied, name=f"{name}_has_a_file_or_a_report"
        ),
        models.CheckConstraint(
            condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & ~Q(file_name=""),
            name=f"{name}_has_a_name_and_a_hash",
        ),
    ]
