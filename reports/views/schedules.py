"""Pages of schedules: the Presidency sees them, and adds, changes and stops them."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.unsent_text import keeps_unsent_text
from progress.forms.versions import VersionForm
from reports.actions.schedules import add_schedule, edit_schedule, stop_schedule
from reports.forms.schedules import ScheduleForm
from reports.models import Schedule
from reports.permissions import can_change_schedules
from reports.schedules.record import layout_text, rhythm_text, schedule_records

LIST = "reports:schedule-list"


@require_safe
def schedule_list(request: UserRequest) -> HttpResponse:
    if not can_change_schedules(request.user, at=request.at):
        raise PermissionDenied
    visible = Schedule.objects.visible_to(request.user, request.at)
    active, stopped = schedule_records(visible, request.at)
    context = {"active": active, "stopped": stopped}
    return render(request, "reports/schedules/schedule_list.html", context)


@keeps_unsent_text(ScheduleForm)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_new(request: UserRequest) -> HttpResponse:
    if not can_change_schedules(request.user, at=request.at):
        raise PermissionDenied
    form = ScheduleForm(request.POST or None, at=request.at)
    if request.method == "POST" and form.is_valid():
        try:
            add_schedule(terms=form.terms(), by=request.user, at=request.at)
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The schedule is added."))
            return redirect(LIST)
    return _form_page(request, form)


@keeps_unsent_text(ScheduleForm)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_edit(request: UserRequest, pk: UUID) -> HttpResponse:
    schedule = _active_or_404(request, pk)
    initial = ScheduleForm.initial_of(schedule)
    form = ScheduleForm(request.POST or None, at=request.at, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edit_schedule(
                schedule_id=pk,
                version=form.named_version,
                terms=form.terms(),
                by=request.user,
                at=request.at,
            )
        except StaleRow as stale:
            return _ask_again(request, stale.row)
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The schedule is changed."))
            return redirect(LIST)
    return _form_page(request, form, schedule)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_stop(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask, and then stop the schedule, if it is still the one that was asked about."""
    schedule = _active_or_404(request, pk)
    form = VersionForm(request.POST or None, initial={"version": schedule.version})
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        version = form.named_version
        try:
            stop_schedule(
                schedule_id=pk, version=version, by=request.user, at=request.at
            )
        except StaleRow as stale:
            schedule, status = stale.row, HTTPStatus.CONFLICT
            form = VersionForm(initial={"version": schedule.version})
        else:
            messages.success(request, _("The schedule is stopped. Its drafts stay."))
            return redirect(LIST)
    context = {
        "schedule": schedule,
        **_words(schedule),
        "form": form,
        "is_stale": status == HTTPStatus.CONFLICT,
    }
    template = "reports/schedules/schedule_stop.html"
    return render(request, template, context, status=status)


def _words(schedule: Schedule) -> dict[str, str]:
    """Return what the page of one schedule says about it as it is now."""
    return {"when": rhythm_text(schedule), "layout": layout_text(schedule)}


def _active_or_404(request: UserRequest, pk: UUID) -> Schedule:
    visible = Schedule.objects.visible_to(request.user, request.at).active()
    return get_object_or_404(visible.select_related("plan"), pk=pk)


def _ask_again(request: UserRequest, schedule: Schedule) -> HttpResponse:
    """Keep what was typed over an older schedule, and show the present one."""
    typed = request.POST.copy()
    typed["version"] = str(schedule.version)
    form = ScheduleForm(typed, at=request.at)
    return _form_page(request, form, schedule, status=HTTPStatus.CONFLICT)


def _form_page(
    request: UserRequest,
    form: ScheduleForm,
    schedule: Schedule | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    if status == HTTPStatus.OK and form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "form": form,
        "schedule": schedule,
        **(_words(schedule) if schedule else {}),
        "is_stale": status == HTTPStatus.CONFLICT,
    }
    template = "reports/schedules/schedule_form.html"
    return render(request, template, context, status=status)
