"""`manage.py backup FILE`: everything in the database, in one file."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.actions import note_run
from g7plan.backup.making import Written, new_file, write_backup
from g7plan.backup.manifest import BackupError

# The name under which the time of the last backup is kept.
RUN = "manage.py backup"


class Command(BaseCommand):
    help = "Write all rows and files of this moment into a new file, with their hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a new file, or - for standard output")

    def handle(self, *, file: str, **options: Any) -> None:
        at, recipients = timezone.now(), settings.BACKUP_AGE_RECIPIENT
        try:
            if file == "-":
                written = write_backup(sys.stdout.buffer, recipients=recipients, at=at)
                sys.stdout.buffer.flush()
            else:
                with new_file(Path(file)) as stream:
                    written = write_backup(stream, recipients=recipients, at=at)
        except BackupError as error:
            raise CommandError(str(error)) from error
        note_run(task=RUN, at=at)
        # Standard output may be the backup.
        self.stderr.write(_summary(written))
        if not recipients:
            self.stderr.write(
                "It is NOT encrypted, and holds drafts and password hashes. Set"
                " BACKUP_AGE_RECIPIENT."
            )


def _summary(written: Written) -> str:
    manifest = written.manifest
    head = manifest.ledger_head or "none, nothing has been published"
    elsewhere = len(manifest.files_elsewhere)
    return (
        f"Backup of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC: {manifest.rows} rows in"
        f" {len(manifest.tables)} tables, {written.size} bytes.\n"
        f"Files in object storage, of which it has the hashes only: {elsewhere}.\n"
        f"Head of the ledger: {head}\n"
        f"SHA-256 of the file, to keep elsewhere: {written.sha256}"
    )
