"""Schedules of drafts: the Presidency adds, changes and stops them, and they run.

A schedule belongs to the Presidency. Every coordinator of the present one acts on it,
and a run needs no person.
"""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried
from reports.actions.lines import number_draft
from reports.actions.recording import record_report
from reports.kinds import KIND_RULES
from reports.languages import LANGUAGES
from reports.models import LAST_MONTH_DAY, Report, Schedule
from reports.offered_languages import why_not_in
from reports.permissions import can_change_schedules
from reports.schedules.due import Due, due_of
from reports.schedules.terms import (
    RHYTHM_FIELDS,
    SCHEDULED_KIND,
    ScheduleTerms,
)

# So that no one fills the queue of all others.
MOST_ACTIVE = 20


@transaction.atomic
def add_schedule(*, terms: ScheduleTerms, by: User, at: datetime) -> Schedule:
    """Add a schedule. Its first draft comes at the next time that it names.

    Raises PermissionDenied, or ValidationError: by field, or with code `too_many` or
    `already_there`.
    """
    _require_presidency(by, at)
    require_fitting(terms, at=at)
    if Schedule.objects.active().count() >= MOST_ACTIVE:
        raise ValidationError(
            _("There are %(limit)d schedules already. Stop one of them first."),
            code="too_many",
            params={"limit": MOST_ACTIVE},
        )
    schedule = Schedule(
        **terms.values(),
        next_at=terms.next_after(at),
        done_until=at,
        created_at=at,
        created_by=by,
    )
    _save_once(schedule)
    _record("add", schedule, by=by, at=at)
    return schedule


@transaction.atomic
def edit_schedule(
    *, schedule_id: UUID, version: int, terms: ScheduleTerms, by: User, at: datetime
) -> Schedule:
    """Change what a schedule compiles, or when. What is done stays done.

    Raises Schedule.DoesNotExist, PermissionDenied, StaleRow, or ValidationError: by
    field, or with code `illegal_transition` or `already_there`.
    """
    schedule = _locked(schedule_id, version, by=by, at=at)
    require_fitting(terms, at=at)
    if not terms.has_timing_of(ScheduleTerms.of(schedule)):
        schedule.next_at, schedule.done_until = terms.next_after(at), at
    for name, value in terms.values().items():
        setattr(schedule, name, value)
    schedule.version += 1
    _save_once(schedule)
    _record("edit", schedule, by=by, at=at)
    return schedule


@transaction.atomic
def stop_schedule(
    *, schedule_id: UUID, version: int, by: User, at: datetime
) -> Schedule:
    """Stop a schedule for good. Its drafts stay, and one in the queue is compiled.

    Raises Schedule.DoesNotExist, PermissionDenied, StaleRow, or ValidationError with
    code `illegal_transition`.
    """
    schedule = _locked(schedule_id, version, by=by, at=at)
    schedule.stopped_at, schedule.stopped_by, schedule.next_at = at, by, None
    schedule.version += 1
    schedule.save(update_fields=["stopped_at", "stopped_by", "next_at", "version"])
    _record("stop", schedule, by=by, at=at)
    return schedule


@retried
def ask_for_scheduled_draft(*, due: Due, at: datetime) -> Report | None:
    """Create the draft that is due, with its job, and wait for the next time.

    Return None if another run was first, or if a person changed the schedule.
    """
    report = due.report_at(at)
    number_draft(report)
    schedule = _still_due(due, at)
    if schedule is None:
        return None
    report.save(force_insert=True)
    record_report("report.request", report, by=None, at=at)
    _end_run(schedule, due, Schedule.Outcome.COMPILED, report, at)
    return report


@retried
def note_nothing_changed(*, due: Due, draft: Report, at: datetime) -> bool:
    """Note that `draft` still says all, so that no other one is compiled.

    Return False if another run was first, or if a person changed the schedule.
    """
    schedule = _still_due(due, at)
    if schedule is None:
        return False
    _end_run(schedule, due, Schedule.Outcome.UNCHANGED, draft, at)
    return True


def require_fitting(terms: ScheduleTerms, *, at: datetime) -> None:
    """Refuse terms that do not fit together. Raises ValidationError, by field."""
    rules, needed = KIND_RULES[SCHEDULED_KIND], RHYTHM_FIELDS.get(terms.rhythm)
    unknown = _("Choose one from the list.")
    wrong = {
        "rhythm": needed is None,
        "audience": terms.audience not in rules.audiences,
        "layout": terms.layout not in rules.layouts,
        "language": terms.language not in LANGUAGES,
        "weekday": terms.weekday not in {None, *range(7)},
        "month_day": terms.month_day not in {None, *range(1, LAST_MONTH_DAY + 1)},
    }
    problems = {name: [unknown] for name, is_wrong in wrong.items() if is_wrong}
    if "language" not in problems and (reason := why_not_in(terms.language)):
        problems["language"] = [reason]
    for name in ("time", "weekday", "month_day"):
        is_given, is_needed = getattr(terms, name) is not None, name in (needed or ())
        if needed is not None and is_given is not is_needed:
            problems[name] = [
                _("This is needed.") if is_needed else _("Leave this empty.")
            ]
    if terms.plan.adopted_on > utc_day(at):
        problems["plan"] = [_("This plan has not been adopted yet.")]
    if problems:
        raise ValidationError(problems)


def _require_presidency(by: User, at: datetime) -> None:
    if not can_change_schedules(by, at=at):
        raise PermissionDenied


def _locked(schedule_id: UUID, version: int, *, by: User, at: datetime) -> Schedule:
    schedules = Schedule.objects.visible_to(by, at).select_related("plan")
    schedule = schedules.select_for_update(of=("self",)).get(pk=schedule_id)
    _require_presidency(by, at)
    require_version(schedule, version)
    if schedule.stopped_at is not None:
        raise ValidationError(
            _("This schedule has been stopped. Add a new one instead."),
            code="illegal_transition",
        )
    return schedule


def _save_once(schedule: Schedule) -> None:
    """Save a schedule, unless there is one that is just the same."""
    try:
        with transaction.atomic():
            schedule.save()
    except IntegrityError as error:
        if "schedule_is_there_once" not in str(error):
            raise
        raise ValidationError(
            _("There is a schedule for the same drafts at the same times already."),
            code="already_there",
        ) from error


def _still_due(due: Due, at: datetime) -> Schedule | None:
    """Return the schedule, locked, if this is what it still waits for."""
    locked = Schedule.objects.select_related("plan").select_for_update(of=("self",))
    schedule = locked.get(pk=due.schedule.pk)
    is_same = schedule.version == due.schedule.version
    now_due = due_of(schedule, at) if is_same else None
    is_due = now_due is not None and now_due.due_at == due.due_at
    return schedule if is_due else None


def _end_run(
    schedule: Schedule,
    due: Due,
    outcome: Schedule.Outcome,
    draft: Report,
    at: datetime,
) -> None:
    schedule.next_at = ScheduleTerms.of(schedule).next_after(at)
    schedule.done_until = due.due_at
    schedule.last_run_at, schedule.last_outcome = at, outcome
    schedule.last_draft = draft
    fields = ["next_at", "done_until", "last_run_at", "last_outcome", "last_draft"]
    schedule.save(update_fields=fields)


def _record(verb: str, schedule: Schedule, *, by: User, at: datetime) -> None:
    """Record who did what to which schedule: codes and times, without text."""
    terms = ScheduleTerms.of(schedule)
    said = {
        **terms.values(),
        "plan": terms.plan.slug,
        "time": f"{terms.time:%H:%M}" if terms.time else None,
        "version": schedule.version,
    }
    record(verb=f"schedule.{verb}", target=schedule, by=by, at=at, data=said)
