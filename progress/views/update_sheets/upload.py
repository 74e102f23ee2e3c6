"""The page "Update by spreadsheet": download the sheet, upload it, discard it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from commitments.models import Plan
from progress.actions.sheet_uploads import discard_upload, keep_upload
from progress.models import SheetUpload
from progress.permissions import can_upload_sheets
from progress.update_sheets.present import sheet_for
from progress.update_sheets.reader import read_sheet
from progress.update_sheets.rows import UpdateSheet
from progress.update_sheets.writer import sheet_csv, sheet_file_name, sheet_xlsx
from progress.views.evidence import receives_files
from progress.views.lookups import find_open_stocktake, find_plan
from progress.views.uploaded_sheets import receive_sheet, send_sheet

WRITERS = {"csv": sheet_csv, "xlsx": sheet_xlsx}


@receives_files
@keeps_unsent_text()
@require_http_methods(["GET", "HEAD", "POST"])
def update_sheet(request: UserRequest, slug: str) -> HttpResponse:
    """Show the page, send the sheet as a file, or receive it filled in."""
    plan = find_sheet_plan(request, slug)
    if request.method == "POST":
        return _receive(request, plan)
    sheet = present_sheet(request, plan)
    ending = request.GET.get("format", "")
    if ending in WRITERS and sheet.rows:
        return _send(sheet, ending)
    return _page(request, plan, sheet)


@require_POST
def update_sheet_discard(request: UserRequest, slug: str) -> HttpResponse:
    """Delete the file that waits. A second press does nothing."""
    plan = find_sheet_plan(request, slug)
    upload = find_upload(request, plan)
    if upload is not None:
        discard_upload(upload_id=upload.pk, by=request.user)
        messages.success(request, _("The file was discarded. No entry was changed."))
    return redirect("progress:update-sheet", plan.slug)


def find_sheet_plan(request: UserRequest, slug: str) -> Plan:
    """Return the plan. Raises Http404, or PermissionDenied for who writes nothing."""
    plan = find_plan(slug)
    if plan is None or request.user.delegation is None:
        raise Http404
    if not can_upload_sheets(request.user):
        raise PermissionDenied
    return plan


def find_upload(request: UserRequest, plan: Plan) -> SheetUpload | None:
    """Return this person's upload for the plan, if there is one."""
    uploads = SheetUpload.objects.visible_to(request.user)
    return uploads.select_related("plan").filter(plan=plan).first()


def present_sheet(request: UserRequest, plan: Plan) -> UpdateSheet:
    """Return the rows that this person may update now."""
    user, at = request.user, request.at
    stocktake = find_open_stocktake(plan, member=user.delegation)
    return sheet_for(plan, stocktake, reader=user, at=at)


def sheet_breadcrumb(plan: Plan | None = None) -> list[dict[str, str]]:
    """Return the way to the page, or with a plan to the pages after it."""
    way = [{"label": _("Tasks"), "url": reverse("progress:task-list")}]
    if plan is not None:
        url = reverse("progress:update-sheet", args=[plan.slug])
        way.append({"label": _("Update by spreadsheet"), "url": url})
    return way


def _page(
    request: UserRequest, plan: Plan, sheet: UpdateSheet, *, problem: str = ""
) -> HttpResponse:
    context = {
        "plan": plan,
        "breadcrumb": sheet_breadcrumb(),
        "stocktake": sheet.stocktake,
        "deadline": sheet.deadline,
        "open_count": sum(not row.why_locked for row in sheet.rows),
        "locked_count": sum(bool(row.why_locked) for row in sheet.rows),
        "upload": find_upload(request, plan),
        "problem": problem,
    }
    template = "progress/update_sheets/update_sheet.html"
    return render(request, template, context, status=422 if problem else 200)


def _send(sheet: UpdateSheet, ending: str) -> HttpResponse:
    """Send the sheet of this person's rows, as a file that no cache keeps."""
    name = sheet_file_name(sheet, ending)
    return send_sheet(WRITERS[ending](sheet), ending, name)


# ---- The file that comes back --------------------------------------------------------


def _receive(request: UserRequest, plan: Plan) -> HttpResponse:
    """Keep the file and show its preview.

    A file that cannot be read at all does not replace the one that waits.
    """
    file, problem = receive_sheet(request, read_sheet)
    if problem or file is None or file.content is None:
        return _page(request, plan, present_sheet(request, plan), problem=problem)
    keep_upload(
        plan=plan,
        file_name=file.name,
        content=file.content,
        by=request.user,
        at=request.at,
    )
    return redirect("progress:update-sheet-preview", plan.slug)
