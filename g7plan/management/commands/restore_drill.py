"""`manage.py restore_drill FILE`: prove that a backup can be restored."""

from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from g7plan.backup.archive import Backup
from g7plan.backup.drill import admin_url_of, drill
from g7plan.backup.manifest import BackupError
from g7plan.management.owner import require_owner
from g7plan.services_file import read_services


class Command(BaseCommand):
    help = "Restore a backup into a scratch database, verify and compare it, drop it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` has written")
        parser.add_argument("--identity", type=Path, help="the secret key of age")
        parser.add_argument(
            "--admin-url",
            default="",
            help="a role that may create a database; else DATABASE_ADMIN_URL",
        )

    def handle(
        self, *, file: Path, identity: Path | None, admin_url: str, **options: Any
    ) -> None:
        require_owner()
        started = monotonic()
        try:
            url = admin_url_of(admin_url, read_services(settings.VAR_DIR))
            backup = Backup.checked(file.resolve(), identity and identity.resolve())
            drill(backup, admin_url=url, say=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        seconds = round(monotonic() - started)
        self.stdout.write(f"The backup can be restored. The drill took {seconds} s.")
