"""Keep the sheet that a person uploaded, and what they choose, until it is applied.

No event is recorded before it is applied: until then nothing has changed for anyone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from accounts.models import User
from audit.transactions import retried
from commitments.models import Plan
from progress import limits
from progress.actions.instants import recorded_act
from progress.actions.update_sheets import apply_sheet
from progress.evidence.file_names import safe_name
from progress.models import ScoreSheetUpload, SheetUpload
from progress.models.uploaded_sheets import UploadedSheet
from progress.permissions import can_upload_sheets
from progress.update_sheets.rows import AppliedRow
from progress.uploaded_sheets.previews import SheetDecisions

# How long a file, or the report of what it changed, is kept.
KEPT = timedelta(days=1)


@retried
def keep_upload(
    *, plan: Plan, file_name: str, content: bytes, by: User, at: datetime
) -> SheetUpload:
    """Keep a file for its owner, in place of their earlier one for this plan.

    Raises PermissionDenied.
    """
    if by.delegation is None or not can_upload_sheets(by):
        raise PermissionDenied
    upload, _is_new = SheetUpload.objects.update_or_create(
        owner=by,
        plan=plan,
        defaults={
            "member_id": by.delegation,
            **columns_of_file(file_name, content, at),
        },
    )
    return upload


def columns_of_file(
    file_name: str, content: bytes, at: datetime
) -> Mapping[str, object]:
    """Return the columns of a sheet that has just been uploaded."""
    return {
        "file_name": safe_name(file_name, limit=limits.FILE_NAME),
        "content": content,
        "sha256": sha256(content).hexdigest(),
        "uploaded_at": at,
        "decisions": {},
        "applied_at": None,
        "report": None,
    }


@retried
def keep_decisions(
    *, upload_id: UUID, decisions: Mapping[str, object], by: User
) -> SheetUpload:
    """Add what its owner chose for some rows to what they chose for others.

    Raises SheetUpload.DoesNotExist.
    """
    upload = _locked(upload_id, by)
    add_decisions(upload, decisions)
    return upload


def add_decisions(upload: UploadedSheet, decisions: Mapping[str, object]) -> None:
    upload.decisions = {**upload.decisions, **decisions}
    upload.save(update_fields=["decisions"])


@recorded_act
def apply_upload(
    *, upload_id: UUID, decisions: SheetDecisions, by: User, at: datetime
) -> SheetUpload:
    """Apply the sheet, and keep the report in place of the file.

    A second press finds it applied and does nothing. Raises SheetUpload.DoesNotExist,
    and what `apply_sheet` raises.
    """
    upload = _locked(upload_id, by)
    if upload.content is None:
        return upload
    report = apply_sheet(
        content=bytes(upload.content),
        file_name=upload.file_name,
        plan=upload.plan,
        decisions=decisions,
        by=by,
        at=at,
    )
    put_report(upload, [_reported(row) for row in report.rows], at)
    return upload


def put_report(
    upload: UploadedSheet, rows: Sequence[Mapping[str, object]], at: datetime
) -> None:
    """Keep what was done with each row in place of the file."""
    upload.report = rows
    upload.content, upload.decisions, upload.applied_at = None, {}, at
    upload.save(update_fields=["report", "content", "decisions", "applied_at"])


def _reported(row: AppliedRow) -> Mapping[str, object]:
    entry_id = str(row.entry_id) if row.entry_id else ""
    return {**asdict(row), "entry_id": entry_id}


@retried
def discard_upload(*, upload_id: UUID, by: User) -> None:
    """Delete the file, or the report of an applied one. A second press does nothing."""
    SheetUpload.objects.visible_to(by).filter(pk=upload_id).delete()


@retried
def delete_old_uploads(*, at: datetime) -> int:
    """Delete what was kept for a day. Return how many rows. Safe to repeat."""
    is_old = Q(uploaded_at__lte=at - KEPT, applied_at__isnull=True)
    is_old |= Q(applied_at__lte=at - KEPT)
    kinds = (SheetUpload.objects, ScoreSheetUpload.objects)
    return sum(uploads.filter(is_old).delete()[0] for uploads in kinds)


def _locked(upload_id: UUID, by: User) -> SheetUpload:
    uploads = SheetUpload.objects.visible_to(by).select_for_update()
    return uploads.get(pk=upload_id)
