"""The page of a preview: what stops the sheet first, then what it would change."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from progress.models import SheetUpload
from progress.update_sheets.rows import PreviewRow, UpdatePreview
from progress.uploaded_sheets.choices import decisions_of
from progress.uploaded_sheets.previews import RowOutcome
from progress.views.tabs import filter_tabs
from progress.views.update_sheets.shown_rows import shown_rows
from progress.views.update_sheets.upload import sheet_breadcrumb
from progress.views.uploaded_sheets import LOWERED, elsewhere, undecided, write_count

# Rows with their whole texts. The commitments of a plan fit on one page.
PAGE_SIZE = 50
# What stops the sheet, or needs a person, comes first.
ORDER = (
    RowOutcome.REFUSED,
    RowOutcome.CONFLICT,
    RowOutcome.NEW,
    RowOutcome.CHANGED,
    RowOutcome.UNCHANGED,
)
TO_CHECK = ORDER[:4]


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
        "seen": preview.digest,
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
        "tabs": _tabs(preview, show),
        "is_unchanged": show == RowOutcome.UNCHANGED,
        "page": page,
        "shown": shown_rows(request, upload, here, left=left),
        "faulty": [row for row in here if row.faults],
        "left": left,
        "left_elsewhere": elsewhere(left, here),
    }


def rows_of(preview: UpdatePreview, show: str) -> Sequence[PreviewRow]:
    """Return the rows of a tab.

    Without one it is all to check: what stops the sheet comes first, and rows that
    change nothing are left out.
    """
    if show == LOWERED:
        return preview.lowered
    if show in RowOutcome.__members__.values():
        return preview.of(RowOutcome(show))
    return list(chain.from_iterable(preview.of(outcome) for outcome in TO_CHECK))


def _tabs(preview: UpdatePreview, show: str) -> list[dict[str, object]]:
    """Return what is to check, then each outcome that some row has.

    The parts add up to the first, and unchanged rows are beside them.
    """
    labels = outcome_labels()
    options = [
        (outcome.value, labels[outcome], preview.counts[outcome])
        for outcome in ORDER
        if preview.counts[outcome] or show == outcome
    ]
    lowered = len(preview.lowered)
    if lowered or show == LOWERED:
        options.append((LOWERED, _("With a lower handling label"), lowered))
    total = sum(preview.counts[outcome] for outcome in TO_CHECK)
    return filter_tabs("show", options, chosen=show, every=_("To check"), total=total)


def outcome_labels() -> Mapping[RowOutcome, str]:
    return {
        RowOutcome.REFUSED: _("Errors"),
        RowOutcome.CONFLICT: _("Conflicts"),
        RowOutcome.NEW: _("New drafts"),
        RowOutcome.CHANGED: _("Changed"),
        RowOutcome.UNCHANGED: _("Unchanged"),
    }
