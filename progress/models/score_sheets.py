"""A filled-in sheet of scores that an assessor uploaded."""

from django.db import models

from accounts.models import User
from progress.models.assessments import AssessmentTable
from progress.models.uploaded_sheets import UploadedSheet, upload_constraints
from progress.querysets.score_sheets import ScoreSheetUploadQuerySet


class ScoreSheetUpload(UploadedSheet):
    """The file of one person for one score table, or the report of what it changed."""

    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="score_sheet_uploads"
    )
    table = models.ForeignKey(
        AssessmentTable, on_delete=models.PROTECT, related_name="sheet_uploads"
    )

    objects = ScoreSheetUploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "table"],
                name="score_sheet_upload_one_a_person_and_table",
            ),
            *upload_constraints("score_sheet_upload"),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], name="score_sheet_upload_by_age"),
        ]
