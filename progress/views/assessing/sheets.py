"""Score by spreadsheet: download the sheet of a draft, and upload it filled in."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.day_sentences import day_as
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.sheet_uploads import (
    discard_score_upload,
    keep_score_upload,
)
from progress.actions.sheet_uploads import KEPT
from progress.assessments.sheets.present import score_sheet_for
from progress.assessments.sheets.reader import read_score_sheet
from progress.assessments.sheets.rows import ScoreSheet
from progress.assessments.sheets.writer import (
    score_sheet_csv,
    score_sheet_name,
    score_sheet_xlsx,
)
from progress.models import AssessmentTable, ScoreSheetUpload
from progress.views.assessing.lookups import crumbs_of_table, find_own_table
from progress.views.evidence import receives_files
from progress.views.uploaded_sheets import receive_sheet, send_sheet

WRITERS: Final = {"csv": score_sheet_csv, "xlsx": score_sheet_xlsx}


@require_safe
def score_sheet_file(request: UserRequest, pk: UUID, ending: str) -> HttpResponse:
    """Send the sheet of a draft table."""
    table = find_own_table(request, pk)
    if not table.is_draft:
        return not_a_draft(request, table)
    sheet = present_scores(request, table)
    content = WRITERS[ending](sheet)
    return send_sheet(content, ending, score_sheet_name(sheet, ending))


@receives_files
@keeps_unsent_text()
@require_http_methods(["GET", "HEAD", "POST"])
def score_sheet_upload(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show the page of the sheet, or receive it filled in.

    A file that cannot be read at all does not replace the one that waits.
    """
    table = find_own_table(request, pk)
    if not table.is_draft:
        return not_a_draft(request, table)
    if request.method != "POST":
        return _page(request, table)
    sheet = present_scores(request, table)
    file, problem = receive_sheet(
        request, lambda content, name: read_score_sheet(content, name, sheet)
    )
    if problem or file is None or file.content is None:
        return _page(request, table, problem=problem)
    upload = keep_score_upload(
        table=table,
        file_name=file.name,
        content=file.content,
        by=request.user,
        at=request.at,
    )
    return redirect(upload_url(upload))


@require_POST
def score_sheet_discard(request: UserRequest, pk: UUID, upload: UUID) -> HttpResponse:
    """Delete the file that waits. A second press does nothing."""
    table = find_own_table(request, pk)
    discard_score_upload(upload_id=upload, by=request.user)
    messages.success(request, _("The file was discarded. No score was changed."))
    name = "assessing-upload" if table.is_draft else "assessing-table"
    return redirect(f"progress:{name}", table.pk)


def present_scores(request: UserRequest, table: AssessmentTable) -> ScoreSheet:
    """Return the cells of the table as they are now."""
    return score_sheet_for(table, reader=request.user, at=request.at)


def find_upload(
    request: UserRequest, table: AssessmentTable, pk: UUID
) -> ScoreSheetUpload:
    """Return this person's file for the table. Another person's is 404."""
    uploads = ScoreSheetUpload.objects.visible_to(request.user)
    upload = get_object_or_404(uploads, pk=pk, table=table)
    upload.table = table
    return upload


def upload_url(upload: ScoreSheetUpload) -> str:
    """Return the page of a file: its preview, which leads on to its report."""
    return reverse("progress:assessing-uploaded", args=[upload.table_id, upload.pk])


def crumbs_of_sheet(table: AssessmentTable) -> list[dict[str, str]]:
    """Return the way to a page below the page of the sheet."""
    url = reverse("progress:assessing-upload", args=[table.pk])
    return [*crumbs_of_table(table), {"label": _("Score by spreadsheet"), "url": url}]


def not_a_draft(
    request: UserRequest, table: AssessmentTable, upload: ScoreSheetUpload | None = None
) -> HttpResponse:
    """Say that no sheet can be applied to this table. Nothing is lost by that."""
    context = {
        "table": table,
        "breadcrumb": crumbs_of_table(table),
        "upload": upload,
        "kept_until": upload and _kept_until(upload.uploaded_at),
    }
    template = "progress/assessing/score_sheet_not_possible.html"
    return render(request, template, context, status=409)


def _kept_until(uploaded_at: datetime) -> str:
    return day_as(uploaded_at + KEPT)


def _page(
    request: UserRequest, table: AssessmentTable, *, problem: str = ""
) -> HttpResponse:
    uploads = ScoreSheetUpload.objects.visible_to(request.user)
    upload = uploads.filter(table=table).defer("content", "report").first()
    context = {
        "table": table,
        "breadcrumb": crumbs_of_table(table),
        "upload": upload,
        "upload_url": upload and upload_url(upload),
        "problem": problem,
    }
    template = "progress/assessing/score_sheet.html"
    return render(request, template, context, status=422 if problem else 200)
