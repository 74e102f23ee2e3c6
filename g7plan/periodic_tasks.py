"""Whether beat runs, as far as its tasks tell: when was each last done?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.models import PeriodicRun

# A worker that is busy, or that restarts, is no silence yet.
GRACE = timedelta(minutes=2)

# Seconds, and how many of them are said.
UNITS: dict[int, Callable[[int], str]] = {
    24 * 3600: lambda n: ngettext("%(number)d day", "%(number)d days", n),
    3600: lambda n: ngettext("%(number)d hour", "%(number)d hours", n),
    60: lambda n: ngettext("%(number)d minute", "%(number)d minutes", n),
    1: lambda n: ngettext("%(number)d second", "%(number)d seconds", n),
}

PURPOSES = {
    "accounts.tasks.sweep_new_device_mails": _("Take up mails about new devices"),
    "accounts.tasks.tidy_sign_ins": _("Delete sessions that have expired"),
    "partners.tasks.read_events": _("See what there is to tell people"),
    "partners.tasks.remind_by_calendar": _("Remind of dates that come near"),
    "partners.tasks.make_digests": _("Gather notices into mails"),
    "partners.tasks.sweep_digests": _("Take up mails with notices"),
    "progress.tasks.find_links": _("Find links that were published"),
    "progress.tasks.sign_ledger": _("Sign the head of the ledger once a day"),
    "progress.tasks.sweep_link_checks": _("Look whether links are alive"),
    "reports.tasks.sweep_reports": _("Take up reports"),
}


@dataclass(frozen=True)
class PeriodicTask:
    """A task of the clock: how often it is due, and when it was last done."""

    purpose: str
    every: timedelta
    done_at: datetime | None
    is_overdue: bool

    @property
    def interval(self) -> str:
        """In the largest unit that leaves no rest."""
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
    """What was never done cannot be told from what is not due yet: not overdue."""
    return done_at is not None and at - done_at > every + GRACE


def is_silent(found: list[PeriodicTask]) -> bool:
    """Nothing is done by the clock, or nothing any more."""
    return all(turn.done_at is None or turn.is_overdue for turn in found)
