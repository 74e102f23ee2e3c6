"""Link checks and scans of files as jobs, for the administrator's list.

The list shows no address, no file and no member, because it may belong to an amber
entry. A dead link is not a failed job, and neither is a virus: the check worked, and
the entry's page shows its result.
"""

from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_noop

from audit.jobs import LATELY, JobState, lately, state_where, text
from progress.evidence.clamav import ScanProblem
from progress.models import EvidenceScan, LinkCheck

# Why the last attempt to scan a file gave no answer.
SCAN_PROBLEMS = {
    ScanProblem.NOT_READ: gettext_noop("The stored file could not be read."),
    ScanProblem.NOT_REACHED: gettext_noop("The scanner does not answer."),
    ScanProblem.TOO_SLOW: gettext_noop("The scanner took longer than a minute."),
    ScanProblem.NOT_SCANNED: gettext_noop(
        "The scanner did not scan the file: it may be larger than the scanner allows."
    ),
}


def _scan_problem() -> Case:
    cases = [
        When(problem=problem.value, then=Value(sentence))
        for problem, sentence in SCAN_PROBLEMS.items()
    ]
    return Case(*cases, default=Value(""), output_field=TextField())


def link_check_jobs(at: datetime) -> QuerySet[LinkCheck]:
    """Return recent link checks with the columns of the job list."""
    # Nearly all links were checked long ago. An index finds the others.
    not_over = Q(lease__isnull=False) | Q(due_at__lte=at)
    recent = LinkCheck.objects.filter(not_over | Q(checked_at__gte=at - LATELY))
    jobs = recent.annotate(
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


def evidence_scan_jobs(at: datetime) -> QuerySet[EvidenceScan]:
    """Return recent scans of files with the columns of the job list.

    A scanner that does not answer is no failed job: the file waits and is held back.
    """
    not_over = Q(lease__isnull=False) | Q(due_at__lte=at) | Q(failure_count__gt=0)
    recent = EvidenceScan.objects.filter(not_over | Q(scanned_at__gte=at - LATELY))
    jobs = recent.annotate(
        job_kind=text("evidence-scan"),
        job_id=Cast("pk", TextField()),
        job_whose=text(""),
        job_state=state_where(
            {
                JobState.RUNNING: Q(lease__isnull=False),
                JobState.WAITING: Q(due_at__lte=at) | Q(failure_count__gt=0),
                JobState.DONE: Q(scanned_at__isnull=False),
            }
        ),
        job_since=Coalesce("scanned_at", "due_at"),
        job_due_at=F("due_at"),
        job_attempts=F("failure_count"),
        job_lease_ends_at=F("lease_ends_at"),
        job_problem=_scan_problem(),
    )
    return lately(jobs, at)
