"""`manage.py index_entries`: make again what a search for entries looks into."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from progress.actions.search import differing_rows, rebuild_search

SHOWN = 20


class Command(BaseCommand):
    help = "Store the words of every entry again, from its text. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--missing", action="store_true", help="only entries without stored words"
        )
        which.add_argument(
            "--check", action="store_true", help="write nothing, report differences"
        )

    def handle(self, *, missing: bool, check: bool, **options: Any) -> None:
        if check:
            self._check()
            return
        count = 0
        for count in rebuild_search(only_missing=missing):
            if self.stdout.isatty():
                self.stdout.write(f"{count} entries …", ending="\r")
        if count or not missing:
            self.stdout.write(f"Stored the words of {count} entries.")

    def _check(self) -> None:
        differing = list(differing_rows())
        if differing:
            shown = "\n".join(f"  {pk}" for pk in differing[:SHOWN])
            raise CommandError(
                f"The stored words of {len(differing)} entries differ from their text:"
                f"\n{shown}\nRun `manage.py index_entries` to store them again."
            )
        self.stdout.write("The stored words of all entries are those of their texts.")
