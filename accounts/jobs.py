"""The mails about accounts, as rows of the jobs page."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from accounts.models import MailJob, NewDeviceMail
from audit.jobs import JobState, lately, state_where, text


def new_device_mail_jobs(at: datetime) -> QuerySet[Any]:
    return mail_jobs(NewDeviceMail, at, kind="new-device-mail", asked_at="signed_in_at")


def mail_jobs(
    model: type[MailJob], at: datetime, *, kind: str, asked_at: str
) -> QuerySet[Any]:
    """Return mails with the columns of a job; `asked_at` names a field of theirs."""
    jobs: QuerySet[Any] = model.objects.annotate(
        job_kind=text(kind),
        job_id=Cast("pk", TextField()),
        job_whose=Cast("user__name", TextField()),
        job_state=state_where(
            {
                JobState.WAITING: Q(state="waiting"),
                JobState.RUNNING: Q(state="sending"),
                JobState.FAILED: Q(state="failed"),
                JobState.UNKNOWN: Q(state="unknown"),
                JobState.DONE: Q(state="sent") | Q(state="dropped"),
            }
        ),
        job_since=Coalesce("finished_at", asked_at),
        job_due_at=F("due_at"),
        job_attempts=F("attempts"),
        job_lease_ends_at=F("lease_ends_at"),
        job_problem=Cast("problem", TextField()),
    )
    return lately(jobs, at)
