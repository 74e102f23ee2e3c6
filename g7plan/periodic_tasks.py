"""The scheduled tasks: how often each runs, when it last ran, and if it is overdue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.models import PeriodicRun

# A worker may be busy or restarting for as long without a task being overdue.
TOLERANCE = timedelta(minutes=2)

# The seconds of a unit, and the text of a number of them.
UNITS: dict[int, Callable[[int], str]] = {
    24 * 3600: lambda n: ngettext("%(number)d day", "%(number)d days", n),
    3600: lambda n: ngettext("%(number)d hour", "%(number)d hours", n),
    60: lambda n: ngettext("%(number)d minute", "%(number)d minutes", n),
    1: lambda n: ngettext("%(number)d second", "%(number)d seconds", n),
}

PURPOSES = {
    "accounts.tasks.delete_idempotency_keys": _(
        "Delete the API's answers that were kept for a day"
    ),
    "accounts.tasks.delete_old_key_uses": _("Delete old requests of API keys"),
    "accounts.tasks.end_passed_roles": _("End roles after their last day"),
    "accounts.tasks.store_key_uses": _("Store the requests of API keys"),
    "accounts.tasks.sweep_new_device_mails": _("Send waiting mails about new devices"),
    "accounts.tasks.tidy_sign_ins": _("Delete sessions that have expired"),
    "partners.tasks.read_events": _("Create notices from new events"),
    "partners.tasks.remind_by_calendar": _("Create notices of deadlines"),
    "partners.tasks.make_digests": _("Prepare mails about unread notices"),
    "partners.tasks.sweep_digests": _("Send waiting mails about unread notices"),
    "partners.tasks.read_webhook_changes": _("Read changes to notify by webhook"),
    "partners.tasks.sweep_webhooks": _("Send waiting notifications to webhooks"),
    "partners.tasks.delete_old_webhook_deliveries": _(
        "Delete old notifications to webhooks"
    ),
    "progress.tasks.delete_old_sheets": _("Delete old uploaded sheets"),
    "progress.tasks.find_links": _("Find new published links"),
    "progress.tasks.sign_ledger": _("Sign the head of the ledger once a day"),
    "progress.tasks.sweep_link_checks": _("Check links"),
    "progress.tasks.sweep_scans": _("Check files for viruses"),
    "reports.tasks.delete_orphaned_objects": _(
        "Delete stored objects that belong to no file"
    ),
    "reports.tasks.run_schedules": _("Ask for scheduled drafts of reports"),
    "reports.tasks.sign_reports": _("Sign finished reports"),
    "reports.tasks.sweep_reports": _("Compile waiting reports"),
}


@dataclass(frozen=True)
class PeriodicTask:
    """A scheduled task: its interval, and when it was last done."""

    purpose: str
    every: timedelta
    done_at: datetime | None
    is_overdue: bool

    @property
    def interval(self) -> str:
        """Return the interval in the largest unit that gives a whole number."""
        seconds = int(self.every.total_seconds())
        size = next(size for size in UNITS if seconds % size == 0)
        number = seconds // size
        return UNITS[size](number) % {"number": number}


def periodic_tasks(at: datetime) -> Iterator[PeriodicTask]:
    done = dict(PeriodicRun.objects.values_list("task", "done_at"))
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        task, every = entry["task"], timedelta(seconds=entry["schedule"])
        yield PeriodicTask(
            purpose=str(PURPOSES.get(task, task)),
            every=every,
            done_at=done.get(task),
            is_overdue=_is_overdue(done.get(task), every, at),
        )


def _is_overdue(done_at: datetime | None, every: timedelta, at: datetime) -> bool:
    """Return whether the last run is too long ago.

    A task that never ran is not overdue, because it may not be due yet.
    """
    return done_at is not None and at - done_at > every + TOLERANCE


def have_stopped(tasks: list[PeriodicTask]) -> bool:
    """Return whether no scheduled task runs, or none runs any more."""
    return all(task.done_at is None or task.is_overdue for task in tasks)
