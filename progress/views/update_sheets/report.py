"""What was done with an applied sheet, row by row, and what comes next."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.models import SheetUpload
from progress.uploaded_sheets.previews import RowOutcome
from progress.views.update_sheets.upload import (
    find_sheet_plan,
    find_upload,
    sheet_breadcrumb,
)

PAGE_SIZE = 200
KEPT = "kept"


@require_safe
def update_sheet_report(request: UserRequest, slug: str) -> HttpResponse:
    """Show the report of the sheet this person applied last."""
    plan = find_sheet_plan(request, slug)
    upload = find_upload(request, plan)
    if upload is None or upload.applied_at is None:
        return redirect("progress:update-sheet", plan.slug)
    rows = report_rows(upload)
    counts = Counter(row["result"] for row in rows)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "breadcrumb": sheet_breadcrumb(plan),
        "upload": upload,
        "counts": [
            (label, counts[result])
            for result, label in result_labels().items()
            if counts[result]
        ],
        "written": counts[RowOutcome.NEW] + counts[RowOutcome.CHANGED],
        "page": page,
    }
    return render(request, "progress/update_sheets/update_sheet_report.html", context)


def report_rows(upload: SheetUpload) -> list[dict[str, object]]:
    """Return the rows of the report, each with its result and the address of its entry.

    What was written comes first.
    """
    labels = result_labels()
    rows = [
        {**row, "result": _result(row), "url": _url(row)} for row in upload.report or []
    ]
    order = list(labels)
    rows.sort(key=lambda row: (order.index(row["result"]), row["line"]))
    return [{**row, "label": labels[row["result"]]} for row in rows]


def result_labels() -> Mapping[str, str]:
    return {
        RowOutcome.NEW.value: _("Draft begun"),
        RowOutcome.CHANGED.value: _("Draft changed"),
        KEPT: _("Kept as it was: you chose the saved text"),
        RowOutcome.UNCHANGED.value: _("Unchanged"),
    }


def _result(row: Mapping[str, object]) -> str:
    if row["is_kept"]:
        return KEPT
    is_conflict = row["outcome"] == RowOutcome.CONFLICT
    return RowOutcome.CHANGED.value if is_conflict else str(row["outcome"])


def _url(row: Mapping[str, object]) -> str:
    entry = row["entry_id"]
    return reverse("progress:entry-edit", args=[UUID(str(entry))]) if entry else ""
