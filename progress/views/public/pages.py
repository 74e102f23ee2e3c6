"""The public pages: plans, a plan, a commitment, a member, an entry, a file.

What the public may not read is 404, like what is not there: `middleware` gives one
answer for both.
"""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commitments.models import Plan
from progress.models import Entry, Evidence
from progress.positions.commitment import find_line, neighbours
from progress.positions.labels import none_label
from progress.positions.plan_table import newest_plans
from progress.positions.position import evidence_links_of
from progress.positions.scores.beside import newest_tables_of
from progress.public_reading.positions import (
    public_line,
    public_plan,
)
from progress.public_reading.reader import public_reader
from progress.public_reading.scores import public_averages_of, public_scores_of_line
from progress.querysets.entries import EntryQuerySet
from progress.views.evidence import file_response, held_file_page
from progress.views.lookups import PLAN_TEXTS
from progress.views.public.middleware import PublicRequest
from progress.views.public.opening import open_public_plan

# Of the other entries of a member on a commitment, so many are listed.
MOST_OTHERS = 20


@login_not_required
@require_safe
def plan_list(request: PublicRequest) -> HttpResponse:
    """List the plans, newest first."""
    plans = newest_plans().select_related("summit").defer("source_text", "preamble")
    return _page(request, "plan_list", plans=plans)


@login_not_required
@require_safe
def plan_detail(request: PublicRequest, slug: str) -> HttpResponse:
    """Show the plan in its own order, with a mark for each member's position."""
    table, viewpoint = open_public_plan(request, slug)
    shown = public_plan(table, viewpoint)
    preamble = Plan.objects.values_list("preamble", flat=True).get(pk=table.plan.pk)
    scores = newest_tables_of(viewpoint)
    return _page(request, "plan_detail", shown=shown, preamble=preamble, scores=scores)


@login_not_required
@require_safe
def member_detail(request: PublicRequest, slug: str, code: str) -> HttpResponse:
    """Show what one member has reported on each commitment of a plan."""
    table, viewpoint = open_public_plan(request, slug)
    member = next((one for one in table.members if one.code == code), None)
    if member is None:
        raise Http404
    shown = public_plan(table, viewpoint)
    cells = shown.of_member(member)
    figures = shown.figures_of(cells)
    return _page(
        request,
        "member_detail",
        shown=shown,
        member=member,
        cells=cells,
        figures=figures,
        averages=public_averages_of(table, code, viewpoint),
    )


@login_not_required
@require_safe
def commitment_detail(request: PublicRequest, slug: str, code: str) -> HttpResponse:
    """Show the official wording and what each member has reported."""
    table, viewpoint = open_public_plan(request, slug)
    line = find_line(table, code)
    if line is None:
        raise Http404
    return _page(
        request,
        "commitment_detail",
        table=table,
        line=line,
        cells=(cells := public_line(table, line, viewpoint)),
        empty=[cell for cell in cells if cell.position.entry is None],
        neighbours=neighbours(table, line),
        scores=public_scores_of_line(table, line, viewpoint),
    )


@login_not_required
@require_safe
def entry_detail(request: PublicRequest, pk: UUID) -> HttpResponse:
    """Show an entry with its evidence, and the member's other public entries on it."""
    visible = _visible(request)
    rows = visible.redacted_to(visible).select_related(
        "member_commitment__commitment__plan", "member_commitment__member"
    )
    entry: Entry = get_object_or_404(rows.defer(*PLAN_TEXTS), pk=pk)
    others = visible.filter(member_commitment=entry.member_commitment_id)
    others = others.exclude(pk=pk).in_position_order()
    return _page(
        request,
        "entry_detail",
        entry=entry,
        commitment=entry.member_commitment.commitment,
        member=entry.member_commitment.member,
        links=evidence_links_of(entry),
        others=others.only("as_of", "published_at", "status", "is_at_risk")[
            :MOST_OTHERS
        ],
    )


@login_not_required
@require_safe
def evidence_file(request: PublicRequest, pk: UUID) -> HttpResponse:
    """Serve a file of a public entry as a download: TLP:CLEAR means anyone."""
    reader = public_reader(request.public_since, request.at)
    files = Evidence.objects.files_visible_to(reader, request.at)
    file = get_object_or_404(files, pk=pk)
    held = held_file_page(request, file, base="progress/public/_base.html")
    return held or file_response(file)


def _visible(request: PublicRequest) -> EntryQuerySet:
    reader = public_reader(request.public_since, request.at)
    return Entry.objects.visible_to(reader, request.at)


def _page(request: PublicRequest, name: str, **context: object) -> HttpResponse:
    """Show a page. An empty position is labelled as for all readers below amber."""
    label = none_label(reads_all=False)
    return render(
        request, f"progress/public/{name}.html", {**context, "none_label": label}
    )
