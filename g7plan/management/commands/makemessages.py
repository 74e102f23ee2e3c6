"""`manage.py makemessages`: bring the catalogues up to date, without gettext tools."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from g7plan.messages.compiling import catalogues
from g7plan.messages.extraction import messages_of
from g7plan.messages.updating import catalogue_of, update_catalogue


class Command(BaseCommand):
    help = "Writes the messages of the sources into the catalogues in locale/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--locale", help="begin the catalogue of a language too")

    def handle(self, *, locale: str | None, **options: Any) -> None:
        found = messages_of(settings.BASE_DIR)
        wanted = [catalogue_of(locale)] if locale else []
        for path in {*catalogues(), *wanted}:
            update_catalogue(path, found)
        self.stdout.write(f"{len(found)} messages.")
