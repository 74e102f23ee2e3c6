"""What the system records about itself."""

from datetime import datetime

from audit.models import PeriodicRun


def note_run(*, task: str, at: datetime) -> None:
    """Record when a scheduled task was last done. Two workers may do so at once."""
    PeriodicRun.objects.bulk_create(
        [PeriodicRun(task=task, done_at=at)],
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["done_at"],
    )
