"""The columns that every job has, for the page that lists the jobs of all apps.

An app offers its jobs in a module `jobs`, as a queryset with the columns named here.
They show the state of a job and never its content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import (
    Case,
    DateTimeField,
    Model,
    Q,
    QuerySet,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

AnyModel = TypeVar("AnyModel", bound=Model)

# Jobs that succeeded are shown for a day, failed jobs until someone deals with them.
LATELY = timedelta(days=1)


class JobState(TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    DONE = "done", _("Done")


@dataclass(frozen=True)
class Job:
    """A job. `since` is when it ended or was requested; `whose` is a person's name."""

    kind: str
    id: str
    whose: str
    state: str
    since: datetime
    due_at: datetime | None
    attempts: int
    lease_ends_at: datetime | None
    problem: str

    @property
    def state_label(self) -> str:
        return str(JobState(self.state).label)

    @property
    def has_failed(self) -> bool:
        """Return whether it failed or may have failed: an administrator must decide."""
        return self.state in {JobState.FAILED, JobState.UNKNOWN}


COLUMNS = tuple(f"job_{name}" for name in Job.__dataclass_fields__)


def text(value: str) -> Value:
    return Value(value, output_field=TextField())


def no_time() -> Value:
    """Return the value of a time column that an app's jobs do not have."""
    return Value(None, output_field=DateTimeField())


def state_where(states: Mapping[JobState, Q]) -> Case:
    """Return an expression: the first state whose condition a row meets, else null."""
    cases = (When(condition, then=Value(state)) for state, condition in states.items())
    return Case(*cases, output_field=TextField())


def lately(jobs: QuerySet[AnyModel], at: datetime) -> QuerySet[AnyModel]:
    """Leave out rows that are no job now, and jobs that succeeded long ago."""
    over = Q(job_state=JobState.DONE, job_since__lt=at - LATELY)
    return jobs.exclude(job_state=None).exclude(over)
