"""The checks of links, for who looks after the system.

Neither the address nor whose evidence it is: a link may belong to an amber entry. And a
dead link is no failed job: the check did what it should, and the entry's page says so.
"""

from datetime import datetime

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from audit.jobs import JobState, lately, state_where, text
from progress.models import LinkCheck


def link_check_jobs(at: datetime) -> QuerySet[LinkCheck]:
    jobs = LinkCheck.objects.annotate(
        job_kind=text("link-check"),
        job_id=Cast("pk", TextField()),
        job_whose=text(""),
        job_state=state_where(
            {
                JobState.RUNNING: Q(lease__isnull=False),
                JobState.WAITING: Q(due_at__lte=at),
                JobState.DONE: Q(checked_at__isnull=False),
            }
        ),
        job_since=Coalesce("checked_at", "due_at"),
        job_due_at=F("due_at"),
        job_attempts=Value(0),
        job_lease_ends_at=F("lease_ends_at"),
        job_problem=text(""),
    )
    return lately(jobs, at)
