"""The files of a report, its signed manifest, and the schema of its JSON."""

import json
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from accounts.requests import UserRequest
from audit.stored_files import checked_bytes
from reports.formats import FORMAT_RULES, Format
from reports.json_schema import report_schema
from reports.models import Report, ReportFile, ReportManifest

# A file is never shown in a page of ours, and nothing in it may run here.
AS_A_FILE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@require_GET
def report_file(request: UserRequest, pk: UUID, file_format: str) -> HttpResponse:
    report = _visible_or_404(request, pk)
    file = get_object_or_404(report.files, format=file_format)
    if report.erased_at:
        context = {"report": report}
        template = "reports/reports/report_erased.html"
        return render(request, template, context, status=410)
    return file_response(report, file)


@require_GET
def report_manifest(request: UserRequest, pk: UUID) -> HttpResponse:
    report = _visible_or_404(request, pk)
    return manifest_response(
        report, get_object_or_404(ReportManifest, report_id=report.pk)
    )


@login_not_required
@require_safe
def schema(_request: UserRequest) -> HttpResponse:
    """Send the JSON Schema of reports, to everyone."""
    return HttpResponse(report_schema(), content_type="application/schema+json")


def _visible_or_404(request: UserRequest, pk: UUID) -> Report:
    visible = Report.objects.visible_to(request.user, request.at)
    return get_object_or_404(visible.with_parts(), pk=pk)


def file_response(report: Report, file: ReportFile) -> HttpResponse:
    """Return a report's file as a download."""
    rule = FORMAT_RULES[cast("Format", file.format)]
    content = checked_bytes(file, size=file.size, sha256=file.sha256)
    return _download(report, content, rule.ending, rule.content_type)


def manifest_response(report: Report, manifest: ReportManifest) -> HttpResponse:
    """Return the signed manifest of a report as a download."""
    signed = {
        "manifest": manifest.text,
        "signed_at": manifest.signed_at.isoformat().replace("+00:00", "Z"),
        "key_sha256": manifest.key_sha256,
        "signature": manifest.signature,
    }
    content = json.dumps(signed, indent=2).encode()
    return _download(report, content, "manifest.json", "application/json")


def _download(
    report: Report, content: bytes, ending: str, content_type: str
) -> HttpResponse:
    parts = (
        report.plan.slug,
        report.kind,
        report.scope_code,
        "compact" if report.layout == Report.Layout.COMPACT else "",
        str(report.at),
        report.language,
        report.audience,
    )
    name = f"{'-'.join(filter(None, parts))}.{ending}"
    headers = {
        "Content-Type": content_type,
        # The document's, not that of the page which links to it.
        "Content-Language": report.language,
        "Content-Disposition": f'attachment; filename="{name}"',
        **AS_A_FILE,
    }
    return HttpResponse(content, headers=headers)
