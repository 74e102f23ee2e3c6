"""The jobs of digests: how each mail stands, and for whom. What it counts is theirs."""

from datetime import datetime

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from audit.jobs import JobState, lately, state_where, text
from partners.models import Digest


def digest_jobs(at: datetime) -> QuerySet[Digest]:
    jobs = Digest.objects.annotate(
        job_kind=text("digest"),
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
        job_since=Coalesce("finished_at", "created_at"),
        job_due_at=F("due_at"),
        job_attempts=F("attempts"),
        job_lease_ends_at=F("lease_ends_at"),
        job_problem=Cast("problem", TextField()),
    )
    return lately(jobs, at)
