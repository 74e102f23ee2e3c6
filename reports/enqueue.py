"""Tell a worker at once that a report waits, without ever waiting for the broker."""

from uuid import UUID

from accounts.enqueue import wake
from reports.tasks import compile_report


def wake_compiler(report_id: UUID) -> None:
    """Nothing rests on this message: the sweep finds the row anyway."""
    wake(compile_report, report_id)
