"""`manage.py replay_erasures LIST`: erase again what a restore has brought back."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from g7plan.backup.erasure_list import read_list
from g7plan.backup.manifest import BackupError
from g7plan.backup.restoring import repeat_erasures
from g7plan.management.commands.restore import erasures_report
from g7plan.management.owner import require_owner


class Command(BaseCommand):
    help = "Repeat the legal erasures of a list, after a restore. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("list", type=Path, help="the file of ERASURES_FILE")

    def handle(self, **options: Any) -> None:
        require_owner()
        try:
            outcomes = repeat_erasures(read_list(options["list"]), at=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(erasures_report(outcomes))
