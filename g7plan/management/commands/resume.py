"""`manage.py resume`: let everyone in again after a restore."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.typed.text import clean_line, is_seen
from g7plan.backup.manifest import BackupError
from g7plan.backup.restoring import resume
from g7plan.management.owner import require_owner


class Command(BaseCommand):
    help = "End the pause after a restore: people can sign in, and tasks run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="who decides it, by name")
        parser.add_argument(
            "--keep-public-reading",
            action="store_true",
            help="public reading stays as it was in the backup",
        )

    def handle(self, *, by: str, keep_public_reading: bool, **options: Any) -> None:
        require_owner()
        try:
            name = clean_line(by)
            if not is_seen(name):
                raise CommandError("Give the name of the person who decides it.")
            pause = resume(
                by=name[:200],
                keep_public_reading=keep_public_reading,
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The system runs again. It was paused since"
            f" {pause.started_at:%Y-%m-%d %H:%M} UTC. API keys stay revoked: their"
            " owners make new ones."
        )
