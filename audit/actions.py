"""What the machine notes of itself."""

from datetime import datetime

from audit.models import PeriodicRun


def note_run(*, task: str, at: datetime) -> None:
    """Keep when a task of the clock was done; from two workers at once as from one."""
    PeriodicRun.objects.bulk_create(
        [PeriodicRun(task=task, done_at=at)],
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["done_at"],
    )
