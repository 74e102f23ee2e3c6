"""The public pages of scores: the tables of a plan, one of them, its ranking, a score.

A word in the query that means nothing is ignored, except a stocktake: an address with
an unknown one is 404, like all that the public may not read.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from progress.entries.downloads import AskedFor
from progress.forms.scores import BY_AREA
from progress.models import Entry
from progress.positions.charts.chart import Chart
from progress.positions.commitment import find_line
from progress.positions.labels import none_label
from progress.positions.member_page import find_member
from progress.positions.position import NO_POSITION
from progress.positions.scores.cell import read_cell
from progress.positions.scores.charts.ranking import (
    area_ranking_chart,
    member_ranking_chart,
)
from progress.positions.scores.downloads import (
    facts_of,
    ranking_file,
    score_table_file,
)
from progress.positions.scores.grid import grid_of
from progress.public_reading.scores import hide_reasons_of_erasure, public_tables
from progress.sheets.table_files import DownloadTable
from progress.views.downloads import asked_for, send_svg, send_table
from progress.views.public.middleware import PublicRequest
from progress.views.public.opening import (
    STOCKTAKE,
    PublicScores,
    open_public_plan,
    open_public_scores,
)

# What a query can say beside the stocktake.
BY, FORMAT = "by", "format"


@login_not_required
@require_safe
def plan_scores(request: PublicRequest, slug: str) -> HttpResponse:
    """List the tables of a plan that anyone may read."""
    table, viewpoint = open_public_plan(request, slug)
    context = {"plan": table.plan, "tables": public_tables(viewpoint)}
    return render(request, "progress/public/scores/list.html", context)


@login_not_required
@require_safe
def score_table(request: PublicRequest, slug: str, body: str) -> HttpResponse:
    """Show the scores of a body as it publishes them, or send them as CSV."""
    scores = open_public_scores(request, slug, body)
    reading = scores.read()
    if request.GET.get(FORMAT) == "csv":
        asked = _asked(scores, "scores")
        return _csv(request, score_table_file(reading, asked))
    here = _("Score table")
    return scores.render("table", here=here, reading=reading, **grid_of(reading))


@login_not_required
@require_safe
def score_ranking(request: PublicRequest, slug: str, body: str) -> HttpResponse:
    """Show the members or the sub-areas by rank with their figure, or send a file."""
    scores = open_public_scores(request, slug, body)
    reading = scores.read()
    is_by_area = request.GET.get(BY) == BY_AREA
    draw = area_ranking_chart if is_by_area else member_ranking_chart
    chart = draw(reading, address=_ranking_address(scores, by_area=is_by_area))
    ranked = reading.ranked_areas() if is_by_area else reading.ranked_members()
    of = _("Sub-area") if is_by_area else _("Member")
    if (ending := request.GET.get(FORMAT)) in {"csv", "svg"}:
        asked = _asked(scores, "ranking", chart)
        table = ranking_file(reading, ranked, asked, of=of)
        return _csv(request, table) if ending == "csv" else send_svg(chart, table)
    return scores.render(
        "ranking",
        here=_("Ranking"),
        chart=chart,
        ranked=ranked,
        of=of,
        views=_views(scores, by_area=is_by_area),
    )


@login_not_required
@require_safe
def score_detail(
    request: PublicRequest, slug: str, body: str, code: str, member: str
) -> HttpResponse:
    """Show one score, why it was given, and what the member reports to the public."""
    scores = open_public_scores(request, slug, body)
    line = find_line(scores.plan_table, code)
    found = find_member(scores.plan_table, member)
    if line is None or found is None:
        raise Http404
    viewpoint, key = scores.viewpoint, (line.commitment.pk, found.code)
    reader, at = viewpoint.reader, viewpoint.reading_at
    read = read_cell(scores.shown, line, found, reader=reader, at=at)
    if read is None:
        raise Http404
    hide_reasons_of_erasure(read.assessment)
    cells = Entry.objects.for_cells
    visible = viewpoint.load(cells, commitment=key[0], member=key[1])
    return scores.render(
        "detail",
        here=_("%(member)s on %(code)s") % {"member": found.name, "code": code},
        read=read,
        cell=read.assessment,
        position=visible.positions.get(key, NO_POSITION),
        none_label=none_label(reads_all=False),
    )


def _views(scores: PublicScores, *, by_area: bool) -> list[dict[str, object]]:
    """Return what can be ranked, as links."""
    return [
        {
            "label": label,
            "url": _ranking_address(scores, by_area=is_area),
            "is_current": is_area == by_area,
        }
        for is_area, label in [(False, _("Members")), (True, _("Sub-areas"))]
    ]


def _ranking_address(scores: PublicScores, *, by_area: bool) -> str:
    pairs = [scores.kept.removeprefix("?"), f"{BY}={BY_AREA}" if by_area else ""]
    query = "&".join(filter(None, pairs))
    return scores.address("score-ranking", f"?{query}" if query else "")


def _asked(scores: PublicScores, name: str, chart: Chart | None = None) -> AskedFor:
    """Return what a file says of itself. It has no clock: a table in force is one."""
    shown = scores.shown
    facts = facts_of(shown)
    if chart is not None:
        facts.append((_("Finding"), chart.finding))
    return asked_for(
        scores.request,
        facts=facts,
        name=[name, shown.body_id, scores.plan.slug, shown.stocktake.slug],
        parameters=[STOCKTAKE, BY],
    )


def _csv(request: PublicRequest, table: DownloadTable) -> HttpResponse:
    """Return the file in one piece, so that it gets a tag as a page does."""
    answer = send_table(request, table, "csv")
    return HttpResponse(answer.getvalue(), headers=dict(answer.headers))
