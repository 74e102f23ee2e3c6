"""What the uploaded sheet would change: all of it, before anything is changed."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.sheet_uploads import apply_upload, keep_decisions
from progress.models import SheetUpload
from progress.update_sheets.comparison import compare
from progress.update_sheets.reader import read_sheet
from progress.update_sheets.rows import UpdatePreview
from progress.uploaded_sheets.choices import choices_in, decisions_of
from progress.uploaded_sheets.faults import SheetFault, SheetRefused
from progress.uploaded_sheets.previews import SheetNotApplied
from progress.views.update_sheets.preview_page import preview_page
from progress.views.update_sheets.upload import (
    find_sheet_plan,
    find_upload,
    present_sheet,
)


@keeps_unsent_text()
@require_http_methods(["GET", "HEAD", "POST"])
def update_sheet_preview(request: UserRequest, slug: str) -> HttpResponse:
    """Show what the file would change, or apply it."""
    plan = find_sheet_plan(request, slug)
    upload = find_upload(request, plan)
    if upload is None:
        return redirect("progress:update-sheet", plan.slug)
    if upload.applied_at is not None:
        return redirect("progress:update-sheet-report", plan.slug)
    if request.method == "POST":
        return _receive(request, upload)
    return preview_page(request, upload, _compare(request, upload))


def _compare(request: UserRequest, upload: SheetUpload) -> UpdatePreview:
    """Compare the file with the entries as they are now."""
    try:
        read = read_sheet(bytes(upload.content or b""), upload.file_name)
    except SheetRefused as refused:
        return UpdatePreview((), (SheetFault(refused.message),))
    return compare(read, present_sheet(request, upload.plan), today=request.today.utc)


def _receive(request: UserRequest, upload: SheetUpload) -> HttpResponse:
    """Keep what was chosen and, if asked, apply the sheet."""
    if request.POST.get("file") != upload.sha256:
        preview = _compare(request, upload)
        return preview_page(request, upload, preview, is_other_file=True, status=409)
    chosen = choices_in(request.POST.dict())
    user, at = request.user, request.at
    try:
        upload = keep_decisions(upload_id=upload.pk, decisions=chosen, by=user)
        if request.POST.get("act") != "apply":
            return redirect(request.get_full_path())
        decisions = decisions_of(upload.decisions)
        apply_upload(upload_id=upload.pk, decisions=decisions, by=user, at=at)
    except SheetUpload.DoesNotExist:  # discarded in another tab, at this moment
        return redirect("progress:update-sheet", upload.plan.slug)
    except SheetNotApplied as error:
        return _not_applied(request, upload, error)
    return redirect("progress:update-sheet-report", upload.plan.slug)


def _not_applied(
    request: UserRequest, upload: SheetUpload, error: SheetNotApplied
) -> HttpResponse:
    """Show the sheet as it was compared again, and what holds it up."""
    is_stale = request.POST.get("seen") != error.preview.digest
    return preview_page(
        request,
        upload,
        error.preview,
        is_stale=is_stale,
        refusals=error.faults,
        status=409 if is_stale else 422,
    )
