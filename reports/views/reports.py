"""Pages to request a report, and to repeat or cancel its job."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enqueue import enqueue_soon
from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from accounts.wording.listed import listed
from commitments.models import Plan
from reports.actions.requests import request_report
from reports.actions.steering import cancel_report, retry_report
from reports.contents import compact_sentence, contents_sentence, kind_purpose
from reports.form_choices import choices_for, plans_to_choose
from reports.forms.requests import ReportForm
from reports.kinds import KINDS, Kind
from reports.models import Report
from reports.permissions import compilable_kinds

COMPILE = "reports.tasks.compile_report"


@require_safe
def report_new(request: UserRequest) -> HttpResponse:
    """Show the kinds of report that the reader may compile. One alone is chosen."""
    kinds = compilable_kinds(request.user, at=request.at)
    if not kinds:
        raise PermissionDenied
    if len(kinds) == 1:
        return redirect("reports:report-new-kind", kinds[0])
    context = {"kinds": [_kind_texts(kind) for kind in kinds]}
    return render(request, "reports/reports/report_new.html", context)


@keeps_unsent_text(ReportForm)
def report_new_kind(request: UserRequest, kind: str) -> HttpResponse:
    chosen = _compilable_kind(request, kind)
    plans = plans_to_choose()
    plan = _chosen_plan(request, plans)
    offered = choices_for(request.user, chosen, plan, at=request.at)
    form = ReportForm(request.POST or None, choices=offered)
    if request.method == "POST" and form.is_valid():
        try:
            report = request_report(
                request=form.request_at(request.at), by=request.user, at=request.at
            )
        except ValidationError as error:
            form.add_problems(error)
        else:
            if report.requested_at == request.at:
                enqueue_soon(COMPILE, report.pk)
            else:
                messages.info(
                    request, _("You have this report already. It says the same.")
                )
            return redirect("reports:report-detail", report.pk)
    context = {"form": form, "plan": plan, "plans": plans, **_kind_texts(chosen)}
    status = 422 if form.is_bound else 200
    template = "reports/reports/report_new_kind.html"
    return render(request, template, context, status=status)


def _compilable_kind(request: UserRequest, kind: str) -> Kind:
    """Return the kind of the address, if the reader may compile it."""
    known = next((name for name in KINDS if name == kind), None)
    if known is None:
        raise Http404
    if known not in compilable_kinds(request.user, at=request.at):
        raise PermissionDenied
    return known


def _chosen_plan(request: UserRequest, plans: list[Plan]) -> Plan:
    """Return the plan that the form or the address names, or else the usual one."""
    asked = request.POST.get("plan", request.GET.get("plan"))
    found = (plan for plan in plans if asked in {None, plan.slug})
    plan = next(found, None)
    if plan is None:
        raise Http404
    return plan


def _kind_texts(kind: Kind) -> dict[str, str]:
    return {
        "kind": kind,
        "label": str(Report.Kind(kind).label),
        "purpose": kind_purpose(kind),
        "contents": contents_sentence(kind),
        "compact": compact_sentence(kind),
    }


def _visible_or_404(request: UserRequest, pk: UUID) -> Report:
    visible = Report.objects.visible_to(request.user, request.at)
    return get_object_or_404(visible.with_parts(), pk=pk)


@require_POST
def report_retry(request: UserRequest, pk: UUID) -> HttpResponse:
    report = _visible_or_404(request, pk)
    try:
        retry_report(report_id=report.pk, by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
    else:
        enqueue_soon(COMPILE, report.pk)
        messages.success(request, _("The report is back in the queue."))
    return redirect("reports:report-detail", pk)


@require_POST
def report_cancel(request: UserRequest, pk: UUID) -> HttpResponse:
    report = _visible_or_404(request, pk)
    try:
        cancel_report(report_id=report.pk, by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
    else:
        messages.success(request, _("The report was cancelled."))
    return redirect("reports:report-detail", pk)
