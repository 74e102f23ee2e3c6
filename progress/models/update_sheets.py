"""A filled-in sheet that one person uploaded, until it is applied or discarded."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Member, User
from commitments.models import Plan
from progress import limits
from progress.querysets.update_sheets import SheetUploadQuerySet


class SheetUpload(models.Model):
    """The file of one person for one plan, or the report of what it changed.

    No one else reads it: it is like text in a browser that is not saved yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sheet_uploads"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="sheet_uploads"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="sheet_uploads"
    )
    file_name = models.CharField(max_length=limits.FILE_NAME)
    # Empty once the sheet is applied.
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    # What its owner chose for a row: commitment code → choice and the version it is of.
    decisions = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True)
    # What was done, row by row: ids and outcomes, no texts.
    report = models.JSONField(null=True)

    objects = SheetUploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "plan"], name="sheet_upload_one_a_person_and_plan"
            ),
            models.CheckConstraint(
                condition=Q(
                    applied_at__isnull=True, report__isnull=True, content__isnull=False
                )
                | Q(
                    applied_at__isnull=False, report__isnull=False, content__isnull=True
                ),
                name="sheet_upload_has_a_file_or_a_report",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & ~Q(file_name=""),
                name="sheet_upload_has_a_name_and_a_hash",
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], name="sheet_upload_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
