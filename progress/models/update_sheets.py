"""A filled-in sheet of updates that one person uploaded."""

from django.db import models

from accounts.models import Member, User
from commitments.models import Plan
from progress.models.uploaded_sheets import UploadedSheet, upload_constraints
from progress.querysets.update_sheets import SheetUploadQuerySet


class SheetUpload(UploadedSheet):
    """The file of one person for one plan, or the report of what it changed."""

    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sheet_uploads"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="sheet_uploads"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="sheet_uploads"
    )

    objects = SheetUploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "plan"], name="sheet_upload_one_a_person_and_plan"
            ),
            *upload_constraints("sheet_upload"),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], name="sheet_upload_by_age"),
        ]
