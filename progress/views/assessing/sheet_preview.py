"""What an uploaded score sheet would change: all of it, before anything is."""

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.sheet_uploads import (
    apply_score_upload,
    keep_score_decisions,
)
from progress.assessments.sheets.comparison import compare_scores
from progress.assessments.sheets.reader import read_score_sheet
from progress.assessments.sheets.rows import ScorePreview
from progress.models import ScoreSheetUpload
from progress.uploaded_sheets.choices import choices_in, decisions_of
from progress.uploaded_sheets.faults import SheetFault, SheetRefused
from progress.uploaded_sheets.previews import SheetNotApplied
from progress.views.assessing.lookups import find_own_table
from progress.views.assessing.sheet_preview_page import score_preview_page
from progress.views.assessing.sheets import (
    find_upload,
    not_a_draft,
    present_scores,
)


@keeps_unsent_text()
@require_http_methods(["GET", "HEAD", "POST"])
def score_sheet_uploaded(request: UserRequest, pk: UUID, upload: UUID) -> HttpResponse:
    """Show what the file would change, or apply it."""
    table = find_own_table(request, pk)
    found = find_upload(request, table, upload)
    if found.applied_at is not None:
        return redirect("progress:assessing-uploaded-report", pk, upload)
    if not table.is_draft:
        return not_a_draft(request, table, found)
    if request.method == "POST":
        return _receive(request, found)
    return score_preview_page(request, found, _compare(request, found))


def _compare(request: UserRequest, upload: ScoreSheetUpload) -> ScorePreview:
    """Compare the file with the scores as they are now."""
    present = present_scores(request, upload.table)
    try:
        content = bytes(upload.content or b"")
        read = read_score_sheet(content, upload.file_name, present)
    except SheetRefused as refused:
        return ScorePreview((), (SheetFault(refused.message),))
    return compare_scores(read, present)


def _receive(request: UserRequest, upload: ScoreSheetUpload) -> HttpResponse:
    """Keep what was chosen and, if asked, apply the sheet."""
    if request.POST.get("file") != upload.sha256:
        preview = _compare(request, upload)
        return score_preview_page(
            request, upload, preview, is_other_file=True, status=409
        )
    chosen = choices_in(request.POST.dict())
    user, at = request.user, request.at
    try:
        kept = keep_score_decisions(upload_id=upload.pk, decisions=chosen, by=user)
        if request.POST.get("act") != "apply":
            return redirect(request.get_full_path())
        seen = request.POST.get("seen", "")
        decisions = replace(decisions_of(kept.decisions), seen=seen)
        apply_score_upload(upload_id=kept.pk, decisions=decisions, by=user, at=at)
    except ScoreSheetUpload.DoesNotExist:  # discarded in another tab, at this moment
        return redirect("progress:assessing-upload", upload.table_id)
    except ValidationError:  # released or discarded at this moment
        table = find_own_table(request, upload.table_id)
        return not_a_draft(request, table, upload)
    except SheetNotApplied as error:
        upload.decisions = kept.decisions
        return _not_applied(request, upload, error)
    return redirect("progress:assessing-uploaded-report", upload.table_id, upload.pk)


def _not_applied(
    request: UserRequest, upload: ScoreSheetUpload, error: SheetNotApplied
) -> HttpResponse:
    """Show the sheet as it was compared again, and what holds it up."""
    is_stale = request.POST.get("seen") != error.preview.digest
    return score_preview_page(
        request,
        upload,
        error.preview,
        is_stale=is_stale,
        refusals=error.faults,
        status=409 if is_stale else 422,
    )
