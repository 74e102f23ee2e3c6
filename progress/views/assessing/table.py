"""The work page of one table: the list of its cells, and the open cell.

A draft's cell is a form. After that the page shows what was scored, with the comments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.compiled_queries import CompiledOnce
from accounts.dates import utc_day
from accounts.models import User
from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from progress.assessments.text import score_with_label
from progress.assessments.work import TableWork, WorkCell, table_work
from progress.forms.assessing import CellForm
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Entry,
    Guideline,
)
from progress.positions.position import read_evidence
from progress.views.assessing.acts import acts_on_table
from progress.views.assessing.lookups import (
    crumb_of_desk,
    find_cell,
    find_own_table,
)
from progress.views.lookups import read_uuid

WORK_TEMPLATE = "progress/assessing/table_work.html"


@dataclass(frozen=True)
class WorkPage:
    """One request to the work page: the table and its cells, read once."""

    request: UserRequest
    table: AssessmentTable
    work: TableWork

    def url(self, cell: UUID | None = None) -> str:
        """Return the address of the page with this cell, in the list as it is."""
        parts = [self.work.query, f"cell={cell}" if cell else ""]
        query = "&".join(part for part in parts if part)
        url = reverse("progress:assessing-table", args=[self.table.pk])
        return f"{url}?{query}" if query else url

    def link_to(self, cell: WorkCell | None) -> Mapping[str, str] | None:
        """Return the address of a cell, and its name for screen readers."""
        if cell is None:
            return None
        return {"url": self.url(cell.pk), "heading": f"{cell.member_name} {cell.code}"}

    def act_url(self, name: str, cell: UUID) -> str:
        """Return where the form of a cell is sent. The list stays as it is."""
        url = reverse(f"progress:{name}", args=[self.table.pk, cell])
        return f"{url}?{self.work.query}" if self.work.query else url


def work_page(request: UserRequest, pk: UUID) -> WorkPage:
    """Return the page of a table of the reader's body. Two queries. Raises Http404."""
    table = find_own_table(request, pk)
    work = table_work(table.pk, request.GET, reader=request.user, at=request.at)
    return WorkPage(request, table, work)


@require_safe
def table_detail(request: UserRequest, pk: UUID) -> HttpResponse:
    page = work_page(request, pk)
    asked = page.work.find(read_uuid(request.GET.get("cell")))
    chosen = asked or page.work.first()
    if chosen is None:
        return show_work(page, None)
    cell = find_cell(request, page.table, chosen.pk)
    form = form_of(page, cell) if page.table.is_draft else None
    return show_work(page, cell, form, is_chosen=asked is not None)


def form_of(page: WorkPage, cell: Assessment) -> CellForm:
    """Return the form of a cell as it is saved."""
    return CellForm.showing(cell, day=offered_day(page))


def offered_day(page: WorkPage) -> date:
    """Return the day that a cell without one is offered: today, or the close."""
    today = page.request.today.offered
    closed_at = page.table.stocktake.closed_at
    return min(today, utc_day(closed_at)) if closed_at else today


def show_work(
    page: WorkPage,
    cell: Assessment | None,
    form: CellForm | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the page with this cell. `more` is added to its context."""
    table = page.table
    context: dict[str, Any] = {
        "table": table,
        "stocktake": table.stocktake,
        "plan": table.stocktake.plan,
        "work": page.work,
        "list_url": page.url(),
        "acts": acts_on_table(page.request, table),
        "breadcrumb": [crumb_of_desk()],
        "cell": cell,
        "form": form,
        "is_chosen": True,
        **(_of_cell(page, cell) if cell is not None else {}),
        **more,
    }
    return render(page.request, WORK_TEMPLATE, context, status=status)


def _of_cell(page: WorkPage, cell: Assessment) -> Mapping[str, object]:
    """Return what is shown around a cell. At most four queries."""
    request, mine = page.request, cell.member_commitment
    before, after, place = page.work.around(cell.pk)
    is_draft = page.table.is_draft
    current = _current_guideline(request, page.table, mine) if is_draft else None
    return {
        "mine": mine,
        "commitment": mine.commitment,
        "member": mine.member,
        "before": page.link_to(before),
        "after": page.link_to(after),
        "place": place,
        "action_url": page.act_url("assessing-cell", cell.pk),
        "autosave_url": page.act_url("assessing-cell-autosave", cell.pk),
        "score_words": score_with_label(cell.score),
        "guideline": current if is_draft else cell.guideline,
        "reported": _self_report(request, page.table, mine),
        "comments": _comments(request, page.table, mine),
    }


def _current_guideline(
    request: UserRequest, table: AssessmentTable, mine: MemberCommitment
) -> Guideline | None:
    """Return the guideline under which a score is given now."""
    visible = Guideline.objects.visible_to(request.user, request.at)
    current = visible.filter(body=table.body_id).current_at(request.at)
    return current.filter(commitment=mine.commitment_id).first()


def _self_report(
    request: UserRequest, table: AssessmentTable, mine: MemberCommitment
) -> Entry | None:
    """Return what the member says of itself, as far as the reader may see it.

    It is that of the day when the stocktake closed, as beside the released table.
    """
    day = table.stocktake.day_beside_scores(request.at)
    found = _positions(reader=request.user, at=request.at, day=day, mine=mine.pk)
    read_evidence(found)
    return next(iter(found), None)


@CompiledOnce
def _positions(*, reader: User, at: datetime, day: date, mine: UUID) -> QuerySet[Entry]:
    visible = Entry.objects.visible_to(reader, at)
    here = MemberCommitment.objects.filter(pk=mine)
    of_cell = visible.filter(member_commitment=mine, state="published")
    return of_cell.positions(here, at=day, known_at=at)


def _comments(
    request: UserRequest, table: AssessmentTable, mine: MemberCommitment
) -> list[AssessmentComment]:
    """Return the comments on this cell, or on that of the table it revises."""
    of_tables = [table.pk, table.supersedes_id]
    visible = AssessmentComment.objects.visible_to(request.user, request.at).comments()
    found = visible.filter(
        assessment__table__in=[pk for pk in of_tables if pk],
        assessment__member_commitment=mine,
    )
    return list(found.select_related("member", "answer").in_order())
