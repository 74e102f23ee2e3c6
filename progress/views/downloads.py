"""Send what a page shows as a file: CSV or XLSX, as it is filtered."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render

from accounts.requests import UserRequest
from progress.actions.instants import database_clock
from progress.entries.downloads import AskedFor
from progress.positions.charts.chart import Chart
from progress.positions.downloads import entries_table
from progress.sheets.table_files import (
    MOST_WORKBOOK_ROWS,
    DownloadTable,
    file_name,
    table_csv,
    table_xlsx,
)

CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SVG: Final = "image/svg+xml; charset=utf-8"
PARAMETER: Final = "format"


class WantedFile(NamedTuple):
    """The file that an address asks for: "entries-csv" is the entries of a page."""

    content: str  # empty for the table of the page itself
    ending: str


def wanted_file(request: UserRequest) -> WantedFile | None:
    """Return the file that is asked for, or None for the page."""
    content, _dash, ending = request.GET.get(PARAMETER, "").rpartition("-")
    if ending not in CONTENT_TYPES or content not in {"", "entries"}:
        return None
    return WantedFile(content, ending)


def wanted_ending(request: UserRequest) -> str:
    """Return the kind of file that a page with a chart is asked for; empty for none."""
    if request.GET.get(PARAMETER) == "svg":
        return "svg"
    wanted = wanted_file(request)
    return wanted.ending if wanted and not wanted.content else ""


def asked_for(
    request: HttpRequest,
    *,
    facts: Sequence[tuple[str, str]],
    name: Sequence[str],
    parameters: Iterable[str] = (),
) -> AskedFor:
    """Return what the page was asked for. `parameters` are those that it knows."""
    query = request.GET.copy()
    for unknown in set(query) - set(parameters):
        del query[unknown]
    _now, is_demonstration = database_clock()
    return AskedFor(
        facts=facts,
        address=f"{request.path}?{query.urlencode()}".rstrip("?"),
        name=name,
        is_illustrative=is_demonstration,
    )


def utc_text(instant: datetime) -> str:
    """Return an instant as files write it."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def send_entries(
    request: UserRequest, keys: Sequence[UUID], asked: AskedFor, ending: str
) -> HttpResponseBase:
    """Send these entries with their words, in this order."""
    table = entries_table(keys, asked, reader=request.user, at=request.at)
    return send_table(request, table, ending)


def send_table(
    request: HttpRequest, table: DownloadTable, ending: str
) -> HttpResponseBase:
    """Send the table. A table that is too long for a workbook is refused."""
    response: HttpResponseBase
    if ending == "csv":
        response = StreamingHttpResponse(table_csv(table))
    elif table.count <= MOST_WORKBOOK_ROWS:
        response = HttpResponse(table_xlsx(table))
    else:
        csv = request.GET.get(PARAMETER, "").replace("xlsx", "csv")
        context = {"count": table.count, "limit": MOST_WORKBOOK_ROWS, "csv": csv}
        template = "progress/sheets/table_too_long.html"
        return render(request, template, context, status=422)
    name = file_name(table.name, ending)
    response.headers["Content-Type"] = CONTENT_TYPES[ending]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_svg(shown: Chart, table: DownloadTable) -> HttpResponse:
    """Send the drawing. It says below what it is, as the table does above."""
    known = {shown.title, shown.finding, shown.note}
    about = [f"{label}: {value}" for label, value in table.about if value not in known]
    response = HttpResponse(shown.svg_file(about), content_type=SVG)
    name = file_name(table.name, "svg")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
