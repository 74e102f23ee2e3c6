"""The jobs of all apps in one list."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.actions.mail_jobs import retry_mail
from accounts.enqueue import enqueue_soon
from accounts.jobs import new_device_mail_jobs
from accounts.models import NewDeviceMail, User
from accounts.wording import filters
from audit.jobs import COLUMNS, Job, JobState
from partners.actions.webhook_deliveries import retry_delivery
from partners.jobs import digest_jobs, webhook_delivery_jobs
from partners.models import Digest
from progress.jobs import evidence_scan_jobs, link_check_jobs
from reports.actions.steering import requeue_report
from reports.jobs import report_jobs
from reports.problems import problem_text

# Sweeps take up what waits or was lost within a minute.
LATE = timedelta(minutes=2)
ORDERINGS = ("kind", "whose", "state", "since", "attempts")
KINDS = {
    "report": _("Report"),
    "digest": _("Mail: unread notices"),
    "new-device-mail": _("Mail: new device"),
    "link-check": _("Link check"),
    "evidence-scan": _("Check of a file for viruses"),
    "webhook-delivery": _("Notification to a webhook"),
}
SOURCES: dict[str, Callable[[datetime], QuerySet[Any]]] = {
    "report": report_jobs,
    "digest": digest_jobs,
    "new-device-mail": new_device_mail_jobs,
    "link-check": link_check_jobs,
    "evidence-scan": evidence_scan_jobs,
    "webhook-delivery": webhook_delivery_jobs,
}


@dataclass(frozen=True)
class Retry:
    """How a job of one kind is put back in the queue, and the task that runs it."""

    act: Callable[[UUID, User, datetime], object]
    task: str


RETRIES = {
    "report": Retry(
        lambda pk, by, at: requeue_report(report_id=pk, by=by, at=at),
        "reports.tasks.compile_report",
    ),
    "digest": Retry(
        lambda pk, by, at: retry_mail(Digest, mail_id=pk, by=by, at=at),
        "partners.tasks.send_digest",
    ),
    "new-device-mail": Retry(
        lambda pk, by, at: retry_mail(NewDeviceMail, mail_id=pk, by=by, at=at),
        "accounts.tasks.send_new_device_mail",
    ),
    "webhook-delivery": Retry(
        lambda pk, by, at: retry_delivery(delivery_id=pk, by=by, at=at),
        "partners.tasks.send_webhook",
    ),
}


@dataclass(frozen=True)
class JobRow:
    """A job as the page shows it."""

    job: Job
    label: str
    can_be_retried: bool
    # In the language of the page.
    problem: str


def rows_of(page: Iterable[tuple[Any, ...]]) -> Iterator[JobRow]:
    for values in page:
        job = Job(*values)
        yield JobRow(
            job=job,
            label=str(KINDS[job.kind]),
            can_be_retried=job.has_failed and job.kind in RETRIES,
            problem=problem_text(job.problem),
        )


# Shown first: all jobs that have not succeeded yet.
OPEN, ALL = "", "all"
FILTERS = {
    OPEN: ~Q(job_state=JobState.DONE),
    **{state.value: Q(job_state=state) for state in JobState},
    ALL: Q(),
}
FILTER_LABELS = {
    OPEN: _("Not done"),
    **dict(JobState.choices),
    JobState.DONE: _("Done in the last day"),
    ALL: filters.ALL,
}


def valid_filter(asked: str) -> str:
    """Return the filter, or the first one if it is unknown."""
    return asked if asked in FILTERS else OPEN


def valid_ordering(asked: str) -> str:
    """Return the column, with "-" for descending order; the latest first if unknown."""
    return asked if asked.removeprefix("-") in ORDERINGS else "-since"


def find_jobs(*, at: datetime, chosen: str, ordering: str) -> QuerySet[Any]:
    """Return the jobs that pass a filter, as rows of `COLUMNS`."""
    sign = "-" if ordering.startswith("-") else ""
    column = ordering.removeprefix("-")
    return _union_of(
        jobs.filter(FILTERS[chosen]).values_list(*COLUMNS) for jobs in _each(at)
    ).order_by(f"{sign}job_{column}", "-job_since", "job_id")


def count_jobs(at: datetime) -> dict[str, int]:
    """Return how many jobs pass each filter."""
    counted = _union_of(
        jobs.values_list("job_state").annotate(count=Count("pk")) for jobs in _each(at)
    )
    counts: Counter[str] = Counter()
    for state, count in counted:
        counts[state] += count
    total = counts.total()
    return {**counts, OPEN: total - counts[JobState.DONE], ALL: total}


def count_undecided(at: datetime) -> int:
    """Return how many jobs have failed or may have: an administrator must decide."""
    counts = count_jobs(at)
    return counts.get(JobState.FAILED, 0) + counts.get(JobState.UNKNOWN, 0)


def late_since(at: datetime) -> dict[str, datetime]:
    """Return since when the oldest late job of each kind should have run.

    A job is late if no worker took it for `LATE`, or if one took it and was lost.
    """
    before = at - LATE
    waits = Q(job_state=JobState.WAITING, job_should_run_at__lt=before)
    is_lost = Q(job_state=JobState.RUNNING, job_lease_ends_at__lt=before)
    late = (
        jobs.annotate(job_should_run_at=Coalesce("job_due_at", "job_since"))
        .filter(waits | is_lost)
        .values_list("job_kind")
        .annotate(oldest=Min("job_should_run_at"))
        for jobs in _each(at)
    )
    # A kind without late jobs has a row as well, with nothing in it.
    return {kind: oldest for kind, oldest in _union_of(late) if oldest is not None}


def people_with_failed_jobs(at: datetime) -> dict[str, int]:
    """Return by kind for how many people and partners a job failed, or may have."""
    failed = (
        jobs.filter(job_state__in=[JobState.FAILED, JobState.UNKNOWN])
        .values_list("job_kind")
        .annotate(count=Count("job_whose", distinct=True))
        for jobs in _each(at)
    )
    return dict(_union_of(failed))


def _each(at: datetime) -> Iterator[QuerySet[Any]]:
    return (jobs(at) for jobs in SOURCES.values())


def _union_of(parts: Iterable[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = parts
    return first.union(*others, all=True)


def retry_job(*, kind: str, pk: UUID, by: User, at: datetime) -> None:
    """Put a job back in the queue by its own app's action, and send its task.

    Raises LookupError if there is no such job, and whatever the action raises.
    """
    retry = RETRIES[kind]
    try:
        retry.act(pk, by, at)
    except ObjectDoesNotExist as error:
        raise LookupError(pk) from error
    enqueue_soon(retry.task, pk)
