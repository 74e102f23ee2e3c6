"""The first page of an assessing body, and the form that begins a table."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.tables import begin_table
from progress.assessments.desk import BodyDesk, BodyStocktake
from progress.forms.assessing import BeginForm
from progress.forms.versions import put_errors
from progress.models import AssessmentTable, Stocktake
from progress.views.assessing.lookups import crumb_of_desk, require_body
from progress.views.lookups import find_stocktake

PAGE_SIZE = 10


@require_safe
def assessing(request: UserRequest) -> HttpResponse:
    """List the stocktakes to score. An assessor without a body reads what to do."""
    if not request.user.has_role(Role.ASSESSOR):
        raise Http404
    if request.user.assessing_body is None:
        return render(request, "progress/assessing/no_body.html")
    desk = BodyDesk(request.user, request.at)
    page = Paginator(desk.stocktakes, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "body": request.user.body,
        "page": page,
        "stocktakes": desk.of_stocktakes(page.object_list),
    }
    return render(request, "progress/assessing/assessing.html", context)


@keeps_unsent_text(BeginForm)
@require_http_methods(["GET", "HEAD", "POST"])
def table_begin(request: UserRequest, slug: str, stocktake: str) -> HttpResponse:
    """Ask in which phase the body's first table of a stocktake is, and begin it."""
    require_body(request)
    found = find_stocktake(request, slug, stocktake)
    here = _of_stocktake(request, found)
    if here.newest is not None:
        messages.info(request, _("Your body already has a table for this stocktake."))
        return redirect("progress:assessing-table", here.newest.table.pk)
    form = BeginForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            table = _begin(request, found, form.cleaned_data["phase"])
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("The table is ready. Only your body sees it."))
            return redirect("progress:assessing-table", table.pk)
    context = {"form": form, "here": here, "breadcrumb": [crumb_of_desk()]}
    status = 422 if form.is_bound else 200
    return render(
        request, "progress/assessing/table_begin.html", context, status=status
    )


def _begin(request: UserRequest, stocktake: Stocktake, phase: str) -> AssessmentTable:
    """Begin the table. Raises ValidationError."""
    body = request.user.body
    if body is None:
        raise Http404
    return begin_table(
        body=body, stocktake=stocktake, phase=phase, by=request.user, at=request.at
    )


def _of_stocktake(request: UserRequest, stocktake: Stocktake) -> BodyStocktake:
    [found] = BodyDesk(request.user, request.at).of_stocktakes([stocktake])
    return found
