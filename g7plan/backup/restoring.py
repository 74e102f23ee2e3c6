"""Restore a backup. The system is then paused, and nothing that was revoked works."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction

from accounts.actions.restored import (
    end_all_sessions,
    hold_mails,
    revoke_all_keys,
    use_up_recovery_codes,
)
from audit.actions import end_pause, note_erasures, note_revoked, start_pause
from audit.models import SystemPause
from audit.owner import OWNER
from audit.record import record
from g7plan.backup.archive import Backup
from g7plan.backup.database import heads_of
from g7plan.backup.erasure_list import ErasureLine
from g7plan.backup.erasures import repeat
from g7plan.backup.heads import KeptHead, missing_heads
from g7plan.backup.loading import load
from g7plan.backup.manifest import BackupError
from partners.actions.restored import drop_waiting_deliveries, revoke_all_feeds
from progress.models import PublicReading


@dataclass(frozen=True)
class Outside:
    """What is kept outside the database, and newer than a backup of it."""

    checkpoints: Sequence[KeptHead] = ()
    heads: Sequence[str] = ()


def restore(backup: Backup, *, outside: Outside, at: datetime) -> SystemPause:
    """Put the backup into this new database, all or nothing. Raises BackupError."""
    return _paused(
        lambda: load(backup),
        backup_at=backup.manifest.taken_at,
        outside=outside,
        at=at,
    )


def pause_restored(
    *, backup_at: datetime | None, outside: Outside, at: datetime
) -> SystemPause:
    """Do to this database what `restore` does after it has loaded the rows.

    For a database that PostgreSQL's own tools have restored.
    """
    return _paused(lambda: None, backup_at=backup_at, outside=outside, at=at)


def _paused(
    fill: Callable[[], None],
    *,
    backup_at: datetime | None,
    outside: Outside,
    at: datetime,
) -> SystemPause:
    with transaction.atomic(using=OWNER):
        connection = connections[OWNER].connection
        connection.execute("SET LOCAL session_replication_role = replica")
        fill()
        pause = start_pause(
            at=at,
            backup_at=backup_at,
            ledger_head=heads_of(connection)[0],
            missing_heads=list(missing_heads(outside.checkpoints, outside.heads)),
            using=OWNER,
        )
        revoked = {
            "API keys": revoke_all_keys(at=at, using=OWNER),
            "sets of recovery codes": use_up_recovery_codes(using=OWNER),
            "sessions": end_all_sessions(using=OWNER),
            "private feeds": revoke_all_feeds(at=at, using=OWNER),
            "waiting mails": hold_mails(at=at, using=OWNER),
            "waiting notifications to webhooks": drop_waiting_deliveries(
                at=at, using=OWNER
            ),
        }
        note_revoked(pause, revoked, using=OWNER)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ANALYZE")
    record(
        verb="system.restore",
        target=pause,
        by=None,
        at=at,
        data={"backup_at": backup_at.isoformat() if backup_at else "", **revoked},
    )
    return pause


def present_pause() -> SystemPause:
    """Return the pause that is not over. Raises BackupError if there is none."""
    pause = SystemPause.objects.in_force().first()
    if pause is None:
        raise BackupError("The system is not paused. There is nothing to do.")
    return pause


def repeat_erasures(erasures: Sequence[ErasureLine], *, at: datetime) -> dict[str, int]:
    """Erase again what the list names, and record that it is done.

    Raises BackupError if the system is not paused.
    """
    pause = present_pause()
    outcomes = repeat(erasures, at=at)
    note_erasures(pause, at=at, using=OWNER)
    return dict(outcomes)


def resume(*, by: str, keep_public_reading: bool, at: datetime) -> SystemPause:
    """End the pause. Raises BackupError with what has to be decided first."""
    pause = present_pause()
    if pause.erasures_at is None:
        raise BackupError(
            "The list of legal erasures has not been repeated. Run"
            " `manage.py replay_erasures LIST` first. If nothing was ever erased, give"
            " it an empty file."
        )
    if PublicReading.objects.not_over().exists() and not keep_public_reading:
        raise BackupError(
            "In the backup, public reading is on or proposed. It may have been turned"
            " off since. Turn it off on its page, or give --keep-public-reading."
        )
    end_pause(pause, by=by, at=at, using=OWNER)
    record(verb="system.resume", target=pause, by=None, at=at, data={"by": by})
    return pause
