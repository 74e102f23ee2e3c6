"""The matrix page: every commitment for every member, at a glance."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import UserRequest
from accounts.models import User
from progress.matrix import build_matrix
from progress.matrix_form import MatrixForm
from progress.plan_table import PlanTable, plan_table
from progress.standpoint import ClockForm, Standpoint


@require_safe
def matrix(request: UserRequest, slug: str | None = None) -> HttpResponse:
    """A plan's matrix, or that of the newest plan."""
    clocks = ClockForm(request.GET).clocks(request.at)
    table = plan_table(slug, on=clocks.at)
    if table is None and slug is not None:
        raise Http404
    if table is None:
        return render(request, "progress/matrix_empty.html")
    standpoint = Standpoint.of(request.user, request.at, plan=table.plan, clocks=clocks)
    form = MatrixForm(
        request.GET, table=table, word_for_none=standpoint.word_for_none()
    )
    _name_member(request.user, table)
    context = {"table": table, "standpoint": standpoint, "form": form}
    if form.is_valid() and standpoint.reads_entries:
        context["matrix"] = build_matrix(table, standpoint, form.choice())
    status = 200 if form.is_valid() else 400
    return render(request, "progress/matrix.html", context, status=status)


def _name_member(reader: User, table: PlanTable) -> None:
    """The masthead says whom the reader belongs to: one of the members in hand."""
    for member in table.members:
        if member.code == reader.member_id:
            reader.member = member
