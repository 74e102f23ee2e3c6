"""The page of a report: the document first. Its cover, and what has changed in it."""

from typing import Any, cast
from uuid import UUID

from django.db.models import F, Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.requests import UserRequest
from progress.models import Handling
from reports.circulation.record import record_for
from reports.comparison.line import ReportLine, difference_between
from reports.comparison.rows import difference_tables
from reports.comparison.sentences import sentences_of
from reports.contents import name_of_earlier, printed_contents, standing_of
from reports.kinds import Kind, Layout, sections_of
from reports.models import Report, ReportCover, ReportFile
from reports.permissions import can_read_requester, can_steer
from reports.views.files import AS_A_FILE

FILES = Prefetch("files", ReportFile.objects.offered())


@require_safe
@never_cache
def report_detail(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a report, or how far its job is."""
    report = get_object_or_404(
        Report.objects.visible_to(request.user, request.at)
        .with_parts()
        .select_related("manifest", "cover")
        .defer("cover__picture")
        .annotate(
            sections=F("snapshot__facts__sections"),
            overall=F("snapshot__facts__figures__overall"),
            scores=F("snapshot__facts__scores__labels__heading"),
        )
        .prefetch_related(FILES),
        pk=pk,
    )
    context = {
        "report": report,
        "can_steer": can_steer(request.user, report, at=request.at),
        "names_requester": can_read_requester(request.user, report, at=request.at),
        **_document(request, report),
    }
    name = "_report_progress" if request.htmx else "report_detail"
    return render(request, f"reports/reports/{name}.html", context)


def _document(request: UserRequest, report: Report) -> dict[str, Any]:
    """Return what the page says of a document; a job has none yet."""
    if report.state != Report.State.DONE:
        return {"standing": standing_of(report)}
    line = ReportLine.of(report, request.user, at=request.at)
    newer = line.newer
    files = {file.format: file for file in report.files.all()}
    return {
        "circulation": record_for(report, request.user, at=request.at),
        "pdf": files.get("pdf"),
        "cover": getattr(report, "cover", None),
        "contents": _contents(report),
        "overall": getattr(report, "overall", None),
        "newer": newer,
        "newer_standing": standing_of(newer) if newer else "",
        "standing": standing_of(report, is_superseded=line.is_final and bool(newer)),
        **_changes(line),
    }


def _contents(report: Report) -> list[str]:
    kind, layout = cast("Kind", report.kind), cast("Layout", report.layout)
    sections = getattr(report, "sections", None) or sections_of(kind, layout)
    overall = getattr(report, "overall", None)
    if not overall:
        return []
    has_scores = bool(getattr(report, "scores", None))
    return printed_contents(kind, sections, overall, has_scores=has_scores)


def _changes(line: ReportLine) -> dict[str, Any]:
    """Return what has changed since the previous report of the line, in sentences."""
    if (previous := line.previous) is None:
        return {}
    difference = difference_between(previous, line.report)
    return {
        "previous": previous,
        "previous_name": name_of_earlier(previous),
        "changes": [*sentences_of(difference)],
    }


@require_safe
@never_cache
def report_changes(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show all that a report says differently from an earlier one of its line."""
    visible = Report.objects.visible_to(request.user, request.at).with_parts()
    report = get_object_or_404(visible, pk=pk, state=Report.State.DONE)
    line = ReportLine.of(report, request.user, at=request.at)
    earlier = line.earlier_report(_asked_for(request))
    if earlier is None:
        raise Http404
    difference = difference_between(earlier, report)
    context = {
        "report": report,
        "standing": standing_of(report),
        "earlier": earlier,
        "earlier_name": name_of_earlier(earlier),
        "choices": [(one, name_of_earlier(one)) for one in line.earlier],
        "sentences": [*sentences_of(difference)],
        "tables": difference_tables(
            difference, reads_all=report.audience == Handling.AMBER
        ),
    }
    return render(request, "reports/reports/report_changes.html", context)


def _asked_for(request: UserRequest) -> UUID | None:
    """Return the id of the report to compare with. Raises Http404 if it is no id."""
    asked = request.GET.get("since", "")
    try:
        return UUID(asked) if asked else None
    except ValueError as error:
        raise Http404 from error


@require_GET
def report_cover(request: UserRequest, pk: UUID) -> HttpResponse:
    """Send the first page as a picture. A report without one is shown as drawn."""
    visible = Report.objects.visible_to(request.user, request.at)
    cover = get_object_or_404(
        ReportCover.objects.filter(report__in=visible.values("pk")), report_id=pk
    )
    if not cover.picture:
        raise Http404
    headers = {**AS_A_FILE, "Content-Type": "image/png"}
    return HttpResponse(bytes(cover.picture), headers=headers)
