"""The jobs of mails about new devices."""

from datetime import datetime

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from accounts.models import NewDeviceMail
from audit.jobs import JobState, lately, state_where, text


def new_device_mail_jobs(at: datetime) -> QuerySet[NewDeviceMail]:
    jobs = NewDeviceMail.objects.annotate(
        job_kind=text("new-device-mail"),
        job_id=Cast("pk", TextField()),
        job_whose=Cast("user__name", TextField()),
        job_state=state_where(
            {
                JobState.WAITING: Q(state="waiting"),
                JobState.RUNNING: Q(state="sending"),
                JobState.FAILED: Q(state="failed"),
                JobState.UNKNOWN: Q(state="unknown"),
                JobState.DONE: Q(state="sent"),
            }
        ),
        job_since=Coalesce("finished_at", "signed_in_at"),
        job_due_at=F("due_at"),
        job_attempts=F("attempts"),
        job_lease_ends_at=F("lease_ends_at"),
        job_problem=Cast("problem", TextField()),
    )
    return lately(jobs, at)
