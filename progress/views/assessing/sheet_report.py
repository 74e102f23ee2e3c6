"""What was done with an applied score sheet, cell by cell."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.models import ScoreSheetUpload
from progress.uploaded_sheets.previews import RowOutcome
from progress.views.assessing.lookups import find_own_table
from progress.views.assessing.sheets import (
    crumbs_of_sheet,
    find_upload,
    upload_url,
)

PAGE_SIZE = 200
KEPT_AS_SAVED = "kept"


@require_safe
def score_sheet_report(request: UserRequest, pk: UUID, upload: UUID) -> HttpResponse:
    """Show what was done with each cell that the sheet had. What was saved is first."""
    found = find_upload(request, find_own_table(request, pk), upload)
    if found.applied_at is None:
        return redirect(upload_url(found))
    rows = _report_rows(found)
    counts = Counter(row["result"] for row in rows)
    context = {
        "table": found.table,
        "breadcrumb": crumbs_of_sheet(found.table),
        "upload": found,
        "counts": [
            (label, counts[result])
            for result, label in _result_labels().items()
            if counts[result]
        ],
        "written": counts[RowOutcome.NEW.value] + counts[RowOutcome.CHANGED.value],
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "progress/assessing/score_sheet_report.html", context)


def _report_rows(upload: ScoreSheetUpload) -> list[dict[str, Any]]:
    labels = _result_labels()
    order = list(labels)
    rows: list[dict[str, Any]] = [
        {**row, "result": _result(row)} for row in upload.report or []
    ]
    rows.sort(key=lambda row: (order.index(row["result"]), row["line"]))
    for row in rows:
        row["label"] = labels[row["result"]]
    return rows


def _result_labels() -> Mapping[str, str]:
    return {
        RowOutcome.NEW.value: _("Scored"),
        RowOutcome.CHANGED.value: _("Changed"),
        KEPT_AS_SAVED: _("Kept as it was: you chose what is saved"),
        RowOutcome.UNCHANGED.value: _("Unchanged"),
    }


def _result(row: Mapping[str, Any]) -> str:
    if row["is_kept"]:
        return KEPT_AS_SAVED
    is_conflict = row["outcome"] == RowOutcome.CONFLICT
    return RowOutcome.CHANGED.value if is_conflict else str(row["outcome"])
