"""One score: why it was given, under which guideline, and what the member says."""

from datetime import date

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.dates import utc_day
from accounts.requests import UserRequest
from progress.forms.scores import ScoreForm
from progress.positions.commitment import find_line
from progress.positions.member_page import find_member
from progress.positions.scores.cell import (
    ReadCell,
    exchanges_on,
    read_cell,
    self_report_beside,
)
from progress.templatetags.receipts import receipt_of
from progress.views.scores.opening import OpenedScores, open_scores


@require_safe
def score_detail(
    request: UserRequest, slug: str, body: str, code: str, member: str
) -> HttpResponse:
    """Show one score of a released table with all that belongs to it."""
    opened = open_scores(request, slug, body, ScoreForm)
    read = _read(opened, code, member)
    if opened.shown is None or read is None:
        raise Http404
    clocks = opened.viewpoint.clocks
    return opened.render(
        "progress/scores/score_detail.html",
        here=_("%(member)s on %(code)s") % {"member": read.member.name, "code": code},
        read=read,
        cell=read.assessment,
        reported=self_report_beside(
            read.assessment,
            opened.shown,
            reader=request.user,
            at=request.at,
            known_at=clocks.known_at,
        ),
        receipt=receipt_of(read.assessment, request.user, at=request.at),
        exchanges=exchanges_on(read.assessment, reader=request.user, at=request.at),
        first_day=_first_day(opened, read),
    )


def _first_day(opened: OpenedScores[ScoreForm], read: ReadCell) -> date:
    """Return the day of the first release: before it there is no such page."""
    stocktake = opened.form.asked_stocktake
    return min(
        utc_day(cell.table.released_at)
        for cell in read.in_time
        if cell.table.released_at and stocktake in {"", cell.table.stocktake.slug}
    )


def _read(opened: OpenedScores[ScoreForm], code: str, member: str) -> ReadCell | None:
    line = find_line(opened.table, code)
    found = find_member(opened.table, member)
    if opened.shown is None or line is None or found is None:
        return None
    request = opened.request
    return read_cell(opened.shown, line, found, reader=request.user, at=request.at)
