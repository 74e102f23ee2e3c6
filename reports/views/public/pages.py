"""The public list of final reports, and their files.

What the public may not read is 404, like what is not there: the middleware of public
pages gives one answer for both, counts requests and says how long an answer is kept.
"""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from progress.views.public.middleware import PublicRequest
from reports.models import Report, ReportManifest
from reports.public_reading.finals import public_final, public_finals
from reports.views.files import file_response, manifest_response


@login_not_required
@require_safe
def report_list(request: PublicRequest) -> HttpResponse:
    """List the newest final reports with their files, the newest first."""
    reports = public_finals(request.public_since, request.at)
    context = {"reports": reports}
    return render(request, "reports/public/report_list.html", context)


@login_not_required
@require_safe
def report_file(request: PublicRequest, pk: UUID, file_format: str) -> HttpResponse:
    """Send a file of a final report as a download."""
    report = _final_or_404(request, pk)
    return file_response(report, get_object_or_404(report.files, format=file_format))


@login_not_required
@require_safe
def report_manifest(request: PublicRequest, pk: UUID) -> HttpResponse:
    """Send the signed manifest of a final report, against which files are checked."""
    report = _final_or_404(request, pk)
    manifest = get_object_or_404(ReportManifest, report_id=report.pk)
    return manifest_response(report, manifest)


def _final_or_404(request: PublicRequest, pk: UUID) -> Report:
    report = public_final(pk, request.public_since, request.at)
    if report is None:
        raise Http404
    return report
