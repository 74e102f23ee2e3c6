"""`manage.py compilemessages`: compile the catalogues, without the gettext tools."""

from typing import Any

from django.core.management import BaseCommand

from g7plan.messages.compiling import compile_catalogues


class Command(BaseCommand):
    help = "Compiles the catalogues in locale/ that have changed."

    def handle(self, **options: Any) -> None:
        for path in compile_catalogues():
            self.stdout.write(f"Compiled {path.parents[1].name}.")
