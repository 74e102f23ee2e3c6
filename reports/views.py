"""Pages of reports: the list, the request, and a report's progress and files."""

from uuid import UUID

import rfc8785
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.enqueue import enqueue_soon
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from reports.actions import cancel_report, request_report, retry_report
from reports.forms import ReportForm, usual_request
from reports.models import Report, ReportFile
from reports.permissions import can_steer, compilable_audiences

COMPILE = "reports.tasks.compile_report"
REPORTS_SHOWN = 100


@require_safe
def report_list(request: UserRequest) -> HttpResponse:
    reports = (
        Report.objects.visible_to(request.user, request.at)
        .defer("snapshot")
        .select_related("plan", "stocktake", "requested_by")
        .prefetch_related("files")
        .order_by("-requested_at", "pk")[:REPORTS_SHOWN]
    )
    context = {
        "reports": reports,
        "can_compile": bool(compilable_audiences(request.user, at=request.at)),
    }
    return render(request, "reports/reports/report_list.html", context)


@keeps_unsent_text(ReportForm)
def report_new(request: UserRequest) -> HttpResponse:
    audiences = compilable_audiences(request.user, at=request.at)
    if not audiences:
        raise PermissionDenied
    form = ReportForm(
        request.POST or None,
        audiences=audiences,
        initial=usual_request(audiences),
    )
    if request.method == "POST" and form.is_valid():
        try:
            report = request_report(
                request=form.request_at(request.at), by=request.user, at=request.at
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            enqueue_soon(COMPILE, report.pk)
            return redirect("reports:report-detail", report.pk)
    status = 422 if form.is_bound else 200
    return render(
        request, "reports/reports/report_new.html", {"form": form}, status=status
    )


@require_safe
@never_cache
def report_detail(request: UserRequest, pk: UUID) -> HttpResponse:
    report = get_object_or_404(
        Report.objects.visible_to(request.user, request.at)
        .defer("snapshot")
        .select_related("plan", "stocktake", "requested_by", "manifest")
        .prefetch_related("files"),
        pk=pk,
    )
    context = {
        "report": report,
        "can_steer": can_steer(request.user, report, at=request.at),
    }
    name = "_report_progress" if request.htmx else "report_detail"
    return render(request, f"reports/reports/{name}.html", context)


def _visible_or_404(request: UserRequest, pk: UUID) -> Report:
    visible = Report.objects.visible_to(request.user, request.at).defer("snapshot")
    return get_object_or_404(visible.select_related("plan"), pk=pk)


@require_POST
def report_retry(request: UserRequest, pk: UUID) -> HttpResponse:
    report = _visible_or_404(request, pk)
    try:
        retry_report(report_id=report.pk, by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        enqueue_soon(COMPILE, report.pk)
        messages.success(request, _("The report is back in the queue."))
    return redirect("reports:report-detail", pk)


@require_POST
def report_cancel(request: UserRequest, pk: UUID) -> HttpResponse:
    report = _visible_or_404(request, pk)
    try:
        cancel_report(report_id=report.pk, by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The report was cancelled."))
    return redirect("reports:report-detail", pk)


CONTENT_TYPES = {ReportFile.Format.PDF: "application/pdf"}


@require_GET
def report_file(request: UserRequest, pk: UUID, file_format: str) -> HttpResponse:
    report = _visible_or_404(request, pk)
    file = get_object_or_404(report.files, format=file_format)
    if report.erased_at:
        return _gone(request, report)
    return report_file_response(report, file)


@require_GET
def report_snapshot(request: UserRequest, pk: UUID) -> HttpResponse:
    """Send the snapshot as it was hashed, in canonical JSON, for check_report.py."""
    visible = Report.objects.visible_to(request.user, request.at)
    finished = visible.filter(state=Report.State.DONE).select_related("plan")
    report = get_object_or_404(finished, pk=pk)
    if report.erased_at:
        return _gone(request, report)
    content = rfc8785.dumps(report.snapshot)
    return _download(report, content, "snapshot.json", "application/json")


def _gone(request: UserRequest, report: Report) -> HttpResponse:
    context = {"report": report}
    return render(request, "reports/reports/report_erased.html", context, status=410)


def report_file_response(report: Report, file: ReportFile) -> HttpResponse:
    """Return a report's file as a download. Browsers must not show it in our pages."""
    content_type = CONTENT_TYPES[ReportFile.Format(file.format)]
    return _download(report, bytes(file.content), file.format, content_type)


def _download(
    report: Report, content: bytes, ending: str, content_type: str
) -> HttpResponse:
    name = f"{report.plan.slug}-{report.kind}-{report.at}-{report.audience}"
    return HttpResponse(
        content,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
