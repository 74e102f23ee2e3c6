"""The jobs of reports for administrators, without any content of a report."""

from datetime import datetime

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from audit.jobs import JobState, lately, no_time, state_where, text
from reports.models import Report


def report_jobs(at: datetime) -> QuerySet[Report]:
    """Return the jobs of reports with the columns that the page of all jobs shows."""
    jobs = Report.objects.annotate(
        job_kind=text("report"),
        job_id=Cast("pk", TextField()),
        job_whose=Coalesce(
            Cast("requested_by__name", TextField()), text(_("The Presidency"))
        ),
        job_state=state_where(
            {
                JobState.WAITING: Q(state="queued"),
                JobState.RUNNING: Q(state="running"),
                JobState.FAILED: Q(state="failed"),
                JobState.DONE: Q(state="done") | Q(state="cancelled"),
            }
        ),
        job_since=Coalesce("finished_at", "requested_at"),
        job_due_at=no_time(),
        job_attempts=F("attempts"),
        job_lease_ends_at=F("lease_ends_at"),
        # The further lines say what differs between a final report and its draft.
        job_problem=Func(
            F("problem"),
            Value("\n"),
            Value(1),
            function="split_part",
            output_field=TextField(),
        ),
    )
    return lately(jobs, at)
