"""Pages on which a draft goes round and becomes final. Each asks first, then acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enqueue import enqueue_soon
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.silence import require_open
from reports.actions.circulation import (
    circulate_report,
    object_to_report,
    stop_circulation,
)
from reports.actions.finals import approve_final
from reports.circulation.deadlines import asked_of, in_capitals, usual_deadline
from reports.circulation.record import CirculationRecord, record_for
from reports.forms.circulation import CirculationForm, ObjectionForm
from reports.models import Report
from reports.permissions import (
    can_approve_final,
    can_circulate,
    can_object_to_report,
)

ASKS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class DraftPage:
    """A draft, and what its reader may know and do about its circulation."""

    request: UserRequest
    report: Report
    circulation: CirculationRecord

    @classmethod
    def of(cls, request: UserRequest, pk: UUID) -> Self:
        """Return the page of a draft.

        Raises Http404 if the reader may not see the draft, and PermissionDenied if they
        do not learn how it goes round.
        """
        visible = Report.objects.visible_to(request.user, request.at)
        report = get_object_or_404(visible.with_parts(), pk=pk)
        circulation = record_for(report, request.user, at=request.at)
        if circulation is None:
            raise PermissionDenied
        return cls(request, report, circulation)

    def show(self, name: str, *, status: int = 200, **context: object) -> HttpResponse:
        """Ask the reader, who can still turn back."""
        known = {"report": self.report, "circulation": self.circulation}
        template = f"reports/circulation/{name}.html"
        return render(self.request, template, {**known, **context}, status=status)

    def refuse(self, sentences: Sequence[str], *, typed: str = "") -> HttpResponse:
        """Say why the act is not possible now. What was typed can be copied."""
        context = {"sentences": sentences, "typed": typed}
        return self.show("circulation_problem", status=409, **context)

    def end(self, message: str, report: Report | None = None) -> HttpResponse:
        messages.success(self.request, message)
        return redirect("reports:report-detail", (report or self.report).pk)


@keeps_unsent_text(CirculationForm)
@require_http_methods(ASKS)
def report_circulate(request: UserRequest, pk: UUID) -> HttpResponse:
    page = DraftPage.of(request, pk)
    if not can_circulate(request.user, at=request.at):
        raise PermissionDenied
    if page.circulation.circulate_obstacle:
        return page.refuse([page.circulation.circulate_obstacle])
    if request.method == "POST":
        return _circulate(page, CirculationForm(request.POST, at=request.at))
    initial = {"ends_at": usual_deadline(request.at)}
    form = CirculationForm(initial=initial, at=request.at)
    asked = asked_of(request.user.member_id)
    return page.show("report_circulate", form=form, asked=asked)


def _circulate(page: DraftPage, form: CirculationForm) -> HttpResponse:
    """Show what the deadline means in each capital, and act once it is confirmed."""
    by, at = page.request.user, page.request.at
    asked = asked_of(by.member_id)
    if not form.is_valid():
        return page.show("report_circulate", status=422, form=form, asked=asked)
    if page.request.POST.get("act") == "change":
        return page.show("report_circulate", form=form, asked=asked)
    if not form.is_confirmed:
        capitals = in_capitals(asked, form.ends)
        return page.show("report_circulate_check", form=form, capitals=capitals)
    try:
        circulate_report(report_id=page.report.pk, ends_at=form.ends, by=by, at=at)
    except ValidationError as problem:
        return page.refuse(problem.messages)
    return page.end(_("The draft is circulated to all delegations."))


@keeps_unsent_text(ObjectionForm)
@require_http_methods(ASKS)
def report_object(request: UserRequest, pk: UUID) -> HttpResponse:
    page = DraftPage.of(request, pk)
    latest = page.circulation.latest
    if latest is None or not can_object_to_report(
        request.user, latest.circulation, at=request.at
    ):
        raise PermissionDenied
    form = ObjectionForm(request.POST or None)
    try:
        require_open(latest.procedure, str(request.user.delegation), at=request.at)
        if form.is_valid():
            object_to_report(
                report_id=pk, by=request.user, at=request.at, **form.cleaned_data
            )
            return page.end(_("Your objection is recorded. The silence is broken."))
    except ValidationError as problem:
        return page.refuse(problem.messages, typed=str(form["reason"].value() or ""))
    return page.show("report_object", status=422 if form.is_bound else 200, form=form)


@require_http_methods(ASKS)
def report_stop(request: UserRequest, pk: UUID) -> HttpResponse:
    page = DraftPage.of(request, pk)
    if not can_circulate(request.user, at=request.at):
        raise PermissionDenied
    if page.circulation.stop_obstacle:
        return page.refuse([page.circulation.stop_obstacle])
    if request.method != "POST":
        return page.show("report_stop")
    try:
        stop_circulation(report_id=pk, by=request.user, at=request.at)
    except ValidationError as problem:
        return page.refuse(problem.messages)
    return page.end(_("The circulation is stopped."))


@require_http_methods(ASKS)
def report_approve(request: UserRequest, pk: UUID) -> HttpResponse:
    page = DraftPage.of(request, pk)
    if not can_approve_final(request.user, at=request.at):
        raise PermissionDenied
    if page.circulation.approve_obstacle:
        return page.refuse([page.circulation.approve_obstacle])
    if request.method != "POST":
        return page.show("report_approve")
    try:
        final = approve_final(report_id=pk, by=request.user, at=request.at)
    except ValidationError as problem:
        return page.refuse(problem.messages)
    if final is None:
        return page.end(_("You have approved the draft. One more approval is needed."))
    enqueue_soon("reports.tasks.compile_report", final.pk)
    done = _("The draft has both approvals. The final report is being compiled.")
    return page.end(done, final)
