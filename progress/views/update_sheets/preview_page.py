"""The page of a preview: what stops the sheet first, then what it would change."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from progress.models import SheetUpload
from progress.update_sheets.rows import UpdatePreview
from progress.uploaded_sheets.choices import decisions_of
from progress.uploaded_sheets.previews import RowOutcome
from progress.views.update_sheets.shown_rows import shown_rows
from progress.views.update_sheets.upload import sheet_breadcrumb
from progress.views.uploaded_sheets import (
    digest_of,
    elsewhere,
    preview_tabs,
    rows_of,
    undecided,
    write_count,
)

# Rows with their whole texts. The commitments of a plan fit on one page.
PAGE_SIZE = 50


def preview_page(
    request: UserRequest,
    upload: SheetUpload,
    preview: UpdatePreview,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the preview. `more` is added to its context.

    With a status other than 200 it says which rows hold up the sheet.
    """
    context = {
        "plan": upload.plan,
        "breadcrumb": sheet_breadcrumb(upload.plan),
        "upload": upload,
        **_counts(preview),
        "is_head": request.user.is_head_at(request.at),
        **_rows(request, upload, preview, is_refused=status != HTTPStatus.OK),
        **more,
    }
    template = "progress/update_sheets/update_sheet_preview.html"
    return render(request, template, context, status=status)


def _counts(preview: UpdatePreview) -> dict[str, object]:
    return {
        "preview": preview,
        "writes": write_count(preview),
        "fault_count": sum(1 for _fault in preview.all_faults),
        "seen": digest_of(preview),
    }


def _rows(
    request: UserRequest,
    upload: SheetUpload,
    preview: UpdatePreview,
    *,
    is_refused: bool,
) -> dict[str, object]:
    """Return the rows of the tab and page that the address asks for."""
    show = request.GET.get("show", "")
    paginator = Paginator(rows_of(preview, show), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    here = list(page)
    decisions = decisions_of(upload.decisions)
    left = undecided(decisions, preview) if is_refused else []
    return {
        "tabs": preview_tabs(preview, show, outcome_labels()),
        "is_unchanged": show == RowOutcome.UNCHANGED,
        "page": page,
        "shown": shown_rows(request, upload, here, left=left),
        "faulty": [row for row in here if row.faults],
        "left": left,
        "left_elsewhere": elsewhere(left, here),
    }


def outcome_labels() -> Mapping[RowOutcome, str]:
    return {
        RowOutcome.REFUSED: _("Errors"),
        RowOutcome.CONFLICT: _("Conflicts"),
        RowOutcome.NEW: _("New drafts"),
        RowOutcome.CHANGED: _("Changed"),
        RowOutcome.UNCHANGED: _("Unchanged"),
    }
