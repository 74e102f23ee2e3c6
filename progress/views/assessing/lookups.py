"""Find what an assessor works on: rows of their own body, and no others."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from commitments.models import Plan
from progress.models import Assessment, AssessmentTable


def require_body(request: UserRequest) -> str:
    """Return the reader's body. For everyone else these pages do not exist (404)."""
    body = request.user.assessing_body
    if body is None:
        raise Http404
    return body


def find_own_table(request: UserRequest, pk: UUID) -> AssessmentTable:
    """Return a table of the reader's body with all that its pages need. Else 404."""
    require_body(request)
    visible = AssessmentTable.objects.visible_to(request.user, request.at)
    own = visible.own_of(request.user).with_successors().with_places()
    return get_object_or_404(own, pk=pk)


def find_cell(request: UserRequest, table: AssessmentTable, pk: UUID) -> Assessment:
    """Return a cell of a table with what its page shows. Not visible is 404."""
    visible = Assessment.objects.visible_to(request.user, request.at)
    found = visible.filter(table=table).select_related(
        "member_commitment__commitment",
        "member_commitment__member",
        "guideline",
        "scored_by",
    )
    cell = get_object_or_404(found, pk=pk)
    cell.table = table
    cell.member_commitment.commitment.plan = table.stocktake.plan
    return cell


def find_scored_plan(request: UserRequest, slug: str) -> Plan:
    """Return a plan, for a person of a body."""
    require_body(request)
    return get_object_or_404(Plan.objects.defer("source_text", "preamble"), slug=slug)


def crumb_of_desk() -> dict[str, str]:
    return {"label": _("Assessing"), "url": reverse("progress:assessing")}


def crumbs_of_table(table: AssessmentTable) -> list[dict[str, str]]:
    """Return the way to a page below a table."""
    url = reverse("progress:assessing-table", args=[table.pk])
    return [crumb_of_desk(), {"label": table.stocktake.title, "url": url}]
