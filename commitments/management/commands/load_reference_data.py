from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.actions.reference import load_members, load_presidencies
from accounts.reference import (
    LoadOutcome,
    counts_sentence,
    read_members,
    read_presidencies,
)
from commitments.actions.loads import load_acronyms, load_summits
from commitments.management.refusals import refusals_as_command_errors
from commitments.reference import read_acronyms, read_summits


class Command(BaseCommand):
    help = "Load or correct members, presidencies, summits and acronyms from files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=Path(settings.BASE_DIR) / "fixtures",
            help="folder with members.toml, presidencies.toml, summits.toml and"
            " acronyms.toml",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        with refusals_as_command_errors():
            counts = self._load(options["folder"])
        for noun, outcomes in counts.items():
            self.stdout.write(counts_sentence(noun, outcomes))

    @transaction.atomic
    def _load(self, folder: Path) -> dict[str, Counter[LoadOutcome]]:
        """Load all files or none. A presidency needs its member."""
        at = timezone.now()
        members = read_members(folder / "members.toml")
        presidencies = read_presidencies(folder / "presidencies.toml")
        summits = read_summits(folder / "summits.toml")
        # A folder from before there were acronyms has no such file.
        path = folder / "acronyms.toml"
        acronyms = read_acronyms(path) if path.exists() else ()
        return {
            "members": load_members(rows=members, at=at),
            "presidencies": load_presidencies(rows=presidencies, at=at),
            "summits": load_summits(rows=summits, at=at),
            "acronyms": load_acronyms(rows=acronyms, at=at),
        }
