"""Keep the score sheet that an assessor uploaded, until it is applied or discarded.

No event is recorded before it is applied: until then nothing has changed for anyone.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from accounts.models import User
from audit.transactions import retried
from progress.actions.assessments.score_sheets import AppliedScore, apply_score_sheet
from progress.actions.instants import recorded_act
from progress.actions.sheet_uploads import (
    add_decisions,
    columns_of_file,
    put_report,
)
from progress.assessments.permissions import can_decide_for
from progress.models import AssessmentTable, ScoreSheetUpload
from progress.uploaded_sheets.previews import SheetDecisions


@retried
def keep_score_upload(
    *, table: AssessmentTable, file_name: str, content: bytes, by: User, at: datetime
) -> ScoreSheetUpload:
    """Keep a file for its owner, in place of their earlier one for this table.

    Raises PermissionDenied.
    """
    if not can_decide_for(by, table.body_id):
        raise PermissionDenied
    upload, _is_new = ScoreSheetUpload.objects.update_or_create(
        owner=by, table=table, defaults=columns_of_file(file_name, content, at)
    )
    return upload


@retried
def keep_score_decisions(
    *, upload_id: UUID, decisions: Mapping[str, object], by: User
) -> ScoreSheetUpload:
    """Add what its owner chose for some rows to what they chose for others.

    Raises ScoreSheetUpload.DoesNotExist.
    """
    upload = _locked(upload_id, by)
    add_decisions(upload, decisions)
    return upload


@recorded_act
def apply_score_upload(
    *, upload_id: UUID, decisions: SheetDecisions, by: User, at: datetime
) -> ScoreSheetUpload:
    """Apply the sheet, and keep the report in place of the file.

    A second press finds it applied and does nothing. Raises
    ScoreSheetUpload.DoesNotExist, and what `apply_score_sheet` raises.
    """
    upload = _locked(upload_id, by)
    if upload.content is None:
        return upload
    report = apply_score_sheet(
        content=bytes(upload.content),
        file_name=upload.file_name,
        table=upload.table,
        decisions=decisions,
        by=by,
        at=at,
    )
    put_report(upload, [_reported(row) for row in report], at)
    return upload


def _reported(row: AppliedScore) -> Mapping[str, object]:
    return {**asdict(row), "assessment_id": str(row.assessment_id)}


@retried
def discard_score_upload(*, upload_id: UUID, by: User) -> None:
    """Delete the file, or the report of an applied one. A second press does nothing."""
    ScoreSheetUpload.objects.visible_to(by).filter(pk=upload_id).delete()


def _locked(upload_id: UUID, by: User) -> ScoreSheetUpload:
    uploads = ScoreSheetUpload.objects.visible_to(by).select_related("table")
    return uploads.select_for_update(of=("self",)).get(pk=upload_id)
