"""What every job has, whichever app's row it is: for the page that shows them all.

An app offers its own in a module `jobs`: a queryset with the columns named here, which
say how a job stands and never what is in it.
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

# What went well is of interest for a day; what failed, until somebody sees to it.
LATELY = timedelta(days=1)


class JobState(TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    DONE = "done", _("Done")


@dataclass(frozen=True)
class Job:
    """`since` is when it ended, or else when it was asked for; `whose`, a name."""

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
        """Or is it not known whether it has: somebody must decide."""
        return self.state in {JobState.FAILED, JobState.UNKNOWN}


COLUMNS = tuple(f"job_{name}" for name in Job.__dataclass_fields__)


def text(words: str) -> Value:
    return Value(words, output_field=TextField())


def no_time() -> Value:
    """For a column that an app's jobs lack."""
    return Value(None, output_field=DateTimeField())


def state_where(states: Mapping[JobState, Q]) -> Case:
    """The first state whose condition a row fits; a row that fits none is no job."""
    cases = (When(condition, then=Value(state)) for state, condition in states.items())
    return Case(*cases, output_field=TextField())


def lately(jobs: QuerySet[AnyModel], at: datetime) -> QuerySet[AnyModel]:
    """Without what is no job now, and what ended well long ago."""
    over = Q(job_state=JobState.DONE, job_since__lt=at - LATELY)
    return jobs.exclude(job_state=None).exclude(over)
