"""`manage.py pause_restored`: after a restore by PostgreSQL's own tools."""

from datetime import UTC, datetime
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from g7plan.backup.manifest import BackupError
from g7plan.backup.restoring import pause_restored
from g7plan.management.commands.restore import (
    add_outside,
    erasures_of,
    next_steps,
    outside_of,
    report_and_erase,
)
from g7plan.management.owner import require_owner


class Command(BaseCommand):
    help = "Pause a system that was restored by pg_restore or to a point in time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--backup-at",
            type=datetime.fromisoformat,
            help="the moment that was restored: 2017-05-20T12:00",
        )
        add_outside(parser)

    def handle(self, *, backup_at: datetime | None, **options: Any) -> None:
        require_owner()
        if backup_at is not None and backup_at.tzinfo is None:
            backup_at = backup_at.replace(tzinfo=UTC)
        try:
            outside, erasures = outside_of(**options), erasures_of(**options)
            pause = pause_restored(
                backup_at=backup_at, outside=outside, at=timezone.now()
            )
            report_and_erase(self.stdout, pause, erasures)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(next_steps(has_erasures=erasures is not None))
