"""The archive: all reports that a reader may see, with filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.views.chips import FilterChips, filter_chips
from reports.contents import standing_of
from reports.form_choices import plans_to_choose
from reports.forms.archive import FILTERS, ArchiveForm
from reports.models import LINE_FIELDS, Report, ReportFile
from reports.permissions import (
    can_change_schedules,
    can_read_requester,
    can_request_dossier,
    compilable_kinds,
)

PAGE_SIZE = 50
FILES = Prefetch("files", ReportFile.objects.offered())


@dataclass(frozen=True)
class ArchivedReport:
    """A row of the archive."""

    report: Report
    standing: str
    names_requester: bool


@require_safe
def report_list(request: UserRequest) -> HttpResponse:
    form = ArchiveForm(
        request.GET, reader=request.user, plans=plans_to_choose(), at=request.at
    )
    is_valid = form.is_valid()
    page = _page(request, form) if is_valid else None
    context = {
        "form": form,
        "filters": _chips(request, form) if is_valid else None,
        "page": page,
        "rows": _rows(request, page) if page else [],
        "ordering": request.GET.get("ordering", ""),
        "can_compile": bool(compilable_kinds(request.user, at=request.at)),
        "has_schedules": can_change_schedules(request.user, at=request.at),
        "has_dossier": can_request_dossier(request.user, request.user.delegation),
    }
    template = "reports/reports/report_list.html"
    return render(request, template, context, status=200 if is_valid else 400)


def _page(request: UserRequest, form: ArchiveForm) -> Page[Report]:
    visible = Report.objects.visible_to(request.user, request.at)
    reports = (
        form.matching(visible)
        .with_parts()
        .select_related("manifest")
        .defer("manifest__text")
        .prefetch_related(FILES)
        .in_list_order(request.GET.get("ordering", ""))
    )
    return Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))


def _chips(request: UserRequest, form: ArchiveForm) -> FilterChips:
    names = [name for name in FILTERS if name in form.fields]
    return filter_chips(form, request.GET, names=names)


def _rows(request: UserRequest, reports: Iterable[Report]) -> Sequence[ArchivedReport]:
    listed = [*reports]
    newest = _newest_finals(listed)
    return [
        ArchivedReport(
            report,
            standing_of(report, is_superseded=_is_superseded(report, newest)),
            can_read_requester(request.user, report, at=request.at),
        )
        for report in listed
    ]


def _is_superseded(report: Report, newest: dict[tuple[Any, ...], Any]) -> bool:
    is_final = report.final_of_id is not None and report.state == Report.State.DONE
    return is_final and newest.get(_line_of(report)) != report.pk


def _newest_finals(listed: Sequence[Report]) -> dict[tuple[Any, ...], Any]:
    """Return the newest final report of each line. Who sees one final sees them all."""
    plans = {one.plan_id for one in listed if one.final_of_id is not None}
    if not plans:
        return {}
    finals = Report.objects.filter(
        plan__in=plans,
        circulation=Report.Circulation.FINAL,
        state=Report.State.DONE,
    ).only(*LINE_FIELDS)
    return {_line_of(one): one.pk for one in finals.order_by("requested_at", "pk")}


def _line_of(report: Report) -> tuple[Any, ...]:
    """Return what the reports of one line share."""
    return tuple(report.serializable_value(name) for name in LINE_FIELDS)
