"""What the system records about itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.models import PeriodicRun, SystemPause


def note_run(*, task: str, at: datetime) -> None:
    """Record when a scheduled task was last done. Two workers may do so at once."""
    PeriodicRun.objects.bulk_create(
        [PeriodicRun(task=task, done_at=at)],
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["done_at"],
    )


def start_pause(
    *,
    at: datetime,
    backup_at: datetime | None,
    ledger_head: str,
    missing_heads: Sequence[Mapping[str, str]],
    using: str,
) -> SystemPause:
    """Begin the pause after a restore. One that came with the backup is over.

    `using` is the connection of the owner: no other role may write it.
    """
    pauses = SystemPause.objects.using(using)
    pauses.in_force().update(
        ended_at=at, erasures_at=at, ended_by="A restore, which began another pause"
    )
    return pauses.create(
        started_at=at,
        backup_at=backup_at,
        ledger_head=ledger_head,
        missing_heads=list(missing_heads),
    )


def note_revoked(pause: SystemPause, revoked: Mapping[str, int], *, using: str) -> None:
    """Keep how much was revoked, by its kind."""
    pause.revoked = dict(revoked)
    pause.save(using=using, update_fields=["revoked"])


def note_erasures(pause: SystemPause, *, at: datetime, using: str) -> None:
    """Record that what was erased since the backup is erased again."""
    pause.erasures_at = at
    pause.save(using=using, update_fields=["erasures_at"])


def end_pause(pause: SystemPause, *, by: str, at: datetime, using: str) -> None:
    """Let everyone in again. The database refuses it before the erasures are done."""
    pause.ended_at, pause.ended_by = at, by
    pause.save(using=using, update_fields=["ended_at", "ended_by"])
