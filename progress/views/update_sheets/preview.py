"""What the uploaded sheet would change: all of it, before anything is changed."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.sheet_uploads import apply_upload, keep_decisions
from progress.models import SheetUpload
from progress.update_sheets.choices import choices_in, decisions_of
from progress.update_sheets.comparison import compare
from progress.update_sheets.reader import read_sheet
from progress.update_sheets.rows import (
    SheetFault,
    SheetNotApplied,
    SheetPreview,
    SheetRefused,
)
from progress.views.update_sheets.preview_page import (
    digest_of,
    preview_page,
    undecided,
)
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
    preview = _compare(request, upload, bytes(upload.content or b""))
    if request.method != "POST":
        return preview_page(request, upload, preview)
    try:
        return _receive(request, upload, preview)
    except SheetUpload.DoesNotExist:  # discarded in another tab, at this moment
        return redirect("progress:update-sheet", plan.slug)


def _compare(request: UserRequest, upload: SheetUpload, content: bytes) -> SheetPreview:
    """Compare the file with the entries as they are now."""
    try:
        read = read_sheet(content, upload.file_name)
    except SheetRefused as refused:
        return SheetPreview((), (SheetFault(refused.message),))
    return compare(read, present_sheet(request, upload.plan), today=request.today.utc)


def _receive(
    request: UserRequest, upload: SheetUpload, preview: SheetPreview
) -> HttpResponse:
    """Keep what was chosen and, if asked, apply the sheet."""
    if request.POST.get("file") != upload.sha256:
        return preview_page(request, upload, preview, is_other_file=True, status=409)
    chosen = choices_in(request.POST.dict(), preview.rows)
    upload = keep_decisions(upload_id=upload.pk, decisions=chosen, by=request.user)
    if request.POST.get("act") != "apply":
        return redirect(request.get_full_path())
    is_stale = request.POST.get("seen") != digest_of(preview)
    if not preview.can_apply or undecided(upload, preview):
        status = 409 if is_stale else 422
        return preview_page(request, upload, preview, is_stale=is_stale, status=status)
    return _apply(request, upload)


def _apply(request: UserRequest, upload: SheetUpload) -> HttpResponse:
    """Apply the sheet, or show it again if an entry changed at the last moment."""
    decisions = decisions_of(upload.decisions)
    user, at = request.user, request.at
    try:
        apply_upload(upload_id=upload.pk, decisions=decisions, by=user, at=at)
    except SheetNotApplied as error:
        return preview_page(
            request,
            upload,
            error.preview,
            is_stale=True,
            refusals=error.faults,
            status=409,
        )
    return redirect("progress:update-sheet-report", upload.plan.slug)
