"""Stocktakes: the list, the page of one, and the form that announces a new one."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.dates import utc_day
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from accounts.wording.filters import ALL
from progress.actions.stocktakes import plan_stocktake
from progress.forms.stocktakes import PlanForm
from progress.models import Stocktake
from progress.permissions import can_run_stocktakes
from progress.positions.charts.burn_up import read_burn_up
from progress.positions.charts.chart import Chart, ChartScope
from progress.positions.charts.over_time import burn_up_chart
from progress.positions.clocks import Clocks
from progress.positions.scores.beside import tables_of
from progress.positions.viewpoint import Viewpoint
from progress.stocktakes.downloads import coverage_table
from progress.stocktakes.page import StocktakePage, is_still_the_same
from progress.views.downloads import asked_for, send_table, utc_text, wanted_file
from progress.views.lookups import find_stocktake
from progress.views.stocktake_acts import acts_on
from progress.views.tabs import filter_tabs

PAGE_SIZE = 50
PLAN_TEXTS = ("plan__source_text", "plan__preamble")


@require_safe
def stocktake_list(request: UserRequest) -> HttpResponse:
    if not request.user.reads_entries:
        raise Http404
    stocktakes = Stocktake.objects.visible_to(request.user)
    counts = stocktakes.count_states()
    chosen = request.GET.get("state", "")
    is_filtered = chosen in counts
    shown = stocktakes.in_state(chosen) if is_filtered else stocktakes
    ordering = request.GET.get("ordering", "")
    rows = shown.in_list_order(ordering).select_related("plan")
    paginator = Paginator(rows.defer(*PLAN_TEXTS), PAGE_SIZE)
    paginator.count = counts[chosen] if is_filtered else sum(counts.values())
    context = {
        "page": paginator.get_page(request.GET.get("page")),
        "ordering": ordering,
        "tabs": _tabs(counts, chosen),
        "is_filtered": is_filtered,
        "can_run": can_run_stocktakes(request.user, at=request.at),
    }
    return render(request, "progress/stocktakes/stocktake_list.html", context)


def _tabs(counts: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    states = [Stocktake.State(state) for state in counts]
    options = [(state, state.label, counts[state]) for state in states]
    return filter_tabs(
        "state", options, chosen=chosen, every=ALL, total=sum(counts.values())
    )


@require_safe
def stocktake_detail(
    request: UserRequest, slug: str, stocktake: str
) -> HttpResponseBase:
    found = find_stocktake(request, slug, stocktake)
    page = StocktakePage(found, request.user, request.at)
    wanted = wanted_file(request)
    if wanted and page.has_opened:
        return _send_coverage(request, page, wanted.ending)
    is_asked = "verify" in request.GET and found.closed_at is not None
    ordering = request.GET.get("ordering", "")
    context = {
        "page": page,
        "rows": page.rows_by(ordering),
        "ordering": ordering,
        "chart": _days_chart(page) if page.has_opened else None,
        "stocktake": found,
        "scores": tables_of(found, request.user, request.at),
        "acts": acts_on(found) if page.is_presidency else [],
        "is_same": is_still_the_same(found) if is_asked else None,
    }
    return render(request, "progress/stocktakes/stocktake_detail.html", context)


def _days_chart(page: StocktakePage) -> Chart:
    """Return how it filled up day by day. One query."""
    clocks = Clocks.now(page.at)
    plan, stocktake = page.stocktake.plan, page.stocktake
    viewpoint = Viewpoint(page.reader, page.at, plan, stocktake, clocks)
    read = read_burn_up(viewpoint, stocktake, owed=page.totals.owed)
    return burn_up_chart(ChartScope(viewpoint), read)


def _send_coverage(
    request: UserRequest, page: StocktakePage, ending: str
) -> HttpResponseBase:
    stocktake = page.stocktake
    asked = asked_for(
        request,
        facts=[
            (_("Plan"), stocktake.plan.title),
            (_("Stocktake"), stocktake.title),
            (_("Read at"), utc_text(request.at)),
        ],
        name=[
            *("coverage", stocktake.plan.slug, stocktake.slug),
            utc_day(request.at).isoformat(),
        ],
    )
    return send_table(request, coverage_table(page, asked), ending)


@keeps_unsent_text(PlanForm)
@require_http_methods(["GET", "HEAD", "POST"])
def stocktake_new(request: UserRequest) -> HttpResponse:
    if not can_run_stocktakes(request.user, at=request.at):
        raise PermissionDenied
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        initial={"plan": request.GET.get("plan", "")},
    )
    if form.is_valid():
        try:
            planned = plan_stocktake(
                stocktake=form.stocktake(), by=request.user, at=request.at
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The stocktake is announced."))
            return redirect(
                "progress:stocktake-detail", planned.plan.slug, planned.slug
            )
    status = 422 if form.is_bound else 200
    context = {"form": form}
    return render(
        request, "progress/stocktakes/stocktake_new.html", context, status=status
    )
